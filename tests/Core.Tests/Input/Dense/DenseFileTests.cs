using KMeans.Input;
using KMeans.Input.Npy;

namespace KMeans.Tests.Input.Dense;

public class DenseFileTests
{
    private const int RowCount = 2_000;
    private const int ColumnCount = 100;

    private static NpyFile Make()
    {
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({RowCount}, {ColumnCount}), }}";
        var values = new byte[RowCount * ColumnCount * sizeof(float)];
        for (var i = 0; i < RowCount * ColumnCount; i++)
        {
            BitConverter.TryWriteBytes(values.AsSpan(i * sizeof(float)), i / 8f);
        }

        return new NpyFile(new MemoryByteSource([0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((short)header.Length), .. header.Select(c => (byte)c), .. values], "test.npy"));
    }

    [Fact]
    public void OpenRuns_OfRowsFarApart_GivesTheirValuesAndReadsNothingElse()
    {
        using var file = Make();
        FileRange[] runs = [new(3, 4), new(4, 5), new(700, 705), new(RowCount - 1, RowCount)];
        var selection = new ColumnSelection([.. Enumerable.Range(0, ColumnCount)], -1);
        var before = file.Source.BytesRead;
        using var reader = file.OpenRuns(runs, selection, ColumnTransform.Identity(ColumnCount));
        var batch = new RowBatch<double>(16, ColumnCount, weighted: false);
        while (reader.Read(batch, 16) > 0)
        {
        }

        long[] rows = [3, 4, 700, 701, 702, 703, 704, RowCount - 1];
        Assert.Equal(rows, batch.Rows[..batch.Count]);
        Assert.Equal(rows.SelectMany(row => Enumerable.Range(0, ColumnCount).Select(c => ((row * ColumnCount) + c) / 8.0)), batch.Samples[..(batch.Count * ColumnCount)]);
        Assert.Equal(rows.Length * ColumnCount * sizeof(float), file.Source.BytesRead - before);
    }
}
