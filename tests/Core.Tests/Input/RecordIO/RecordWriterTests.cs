using System.Numerics;
using KMeans.Input;
using KMeans.Input.RecordIO;
using KMeans.Training;

namespace KMeans.Tests.Input.RecordIO;

public class RecordWriterTests
{
    /// <summary>The bytes that protoc and the reference's record writer produce, given back by writing what they say.</summary>
    [Fact]
    public void EndRecord_OfTheReferencesRecords_WritesItsBytes()
    {
        Assert.Equal(
            "0a23d7ce180000000a160a0676616c756573120c120a0a080000c03f000000c0",
            Written(writer => writer.Add<float>(RecordField.Features, RecordWriter.Values, [1.5f, -2f])));
        Assert.Equal(
            "0a23d7ce210000000a1f0a0676616c756573121512130a080000803f0000804012031aac021a02d00f000000",
            Written(writer => writer.Add<float>(RecordField.Features, RecordWriter.Values, [1, 4], [26, 300], 2000)));
        Assert.Equal(
            "0a23d7ce280000000a120a0676616c756573120812060a040000c03f12120a0676616c756573120812060a040000e040",
            Written(writer =>
            {
                writer.Add<float>(RecordField.Features, RecordWriter.Values, [1.5f]);
                writer.Add<float>(RecordField.Label, RecordWriter.Values, [7]);
            }));
        Assert.Equal("0a23d7ce180000000a160a0676616c756573120c1a0a0a08000000000000f83f", Written(writer => writer.Add(RecordField.Features, RecordWriter.Values, [1.5])));
        Assert.Equal("0a23d7ce1b0000000a190a0676616c756573120f3a0d0a0b01ffffffffffffffffff0100", Written(writer => writer.Add(RecordField.Features, RecordWriter.Values, [1, -1])));
    }

    [Fact]
    public void EndRecord_OfTextsAndAnEmptySparseRow_IsReadAgain()
    {
        var hex = Written(writer =>
        {
            writer.Add(RecordField.Uid, "row 1");
            writer.Add<int>(RecordField.Features, RecordWriter.Values, [], [], 3);
            writer.Add(RecordField.Metadata, new string('m', 300));
            writer.Add(RecordField.Configuration, "{}");
        });
        using var file = new RecordIOFile(new MemoryByteSource(Convert.FromHexString(hex), "rows.pbr"));
        Assert.Equal([0f, 0f, 0f], Assert.Single(file.ReadRows<float>()));
    }

    [Fact]
    public void Add_OfATypeThatRecordsDoNotHave_IsRefused() =>
        Assert.Throws<NotSupportedException>(() => new RecordWriter(Stream.Null).Add<long>(RecordField.Features, RecordWriter.Values, [1]));

    [Fact]
    public void Train_OnTheSameRowsDenseAndSparseAndOfEveryType_GivesOneFingerprint()
    {
        var rows = Enumerable.Range(0, 400).Select(i => new[] { (i % 4 * 10) + (i % 3), i % 7 == 0 ? i : 0, 0, -(i % 5) }).ToArray();
        Action<RecordWriter, int[]>[] ways =
        [
            (writer, row) => writer.Add<float>(RecordField.Features, RecordWriter.Values, [.. row.Select(value => (float)value)]),
            (writer, row) => writer.Add(RecordField.Features, RecordWriter.Values, [.. row.Select(value => (double)value)]),
            (writer, row) => writer.Add(RecordField.Features, RecordWriter.Values, row),
            (writer, row) => Sparse(writer, row, value => (float)value),
            (writer, row) => Sparse(writer, row, value => (double)value),
            (writer, row) => Sparse(writer, row, value => value),
        ];

        var fingerprints = ways.Append((writer, row) => ways[row[0] % ways.Length](writer, row)).Select(way =>
        {
            using var stream = new MemoryStream();
            var writer = new RecordWriter(stream);
            foreach (var row in rows)
            {
                way(writer, row);
                writer.EndRecord();
            }

            using var input = InputSet.Create([new RecordIOFile(new MemoryByteSource(stream.ToArray(), "rows.pbr"))], new ColumnChoice());
            return Trainer.Train(input, new TrainingOptions { ClusterCount = 5, RowBudget = 0, MeasuresQuality = false }).Report.Fingerprint;
        }).ToList();

        Assert.Equal(7, fingerprints.Count);
        Assert.Single(fingerprints.Distinct());
    }

    private static void Sparse<T>(RecordWriter writer, int[] row, Func<int, T> convert)
        where T : unmanaged, INumber<T>
    {
        int[] keys = [.. Enumerable.Range(0, row.Length).Where(i => row[i] != 0)];
        writer.Add<T>(RecordField.Features, RecordWriter.Values, [.. keys.Select(key => convert(row[key]))], keys, row.Length);
    }

    private static string Written(Action<RecordWriter> add)
    {
        using var stream = new MemoryStream();
        var writer = new RecordWriter(stream);
        add(writer);
        writer.EndRecord();
        return Convert.ToHexStringLower(stream.ToArray());
    }
}
