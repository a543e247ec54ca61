using System.Globalization;
using KMeans.Input;
using KMeans.Input.Parquet;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Acceptance;

/// <summary>Two clusters one minute apart in Unix seconds: as float32 they would be one point.</summary>
public class TimestampTests
{
    private const long Noon = 1_700_000_000;

    public static TheoryData<string, bool> Cases => new()
    {
        { "int64.parquet", true }, { "double.parquet", true }, { "rows.csv", true }, { "int64.npy", true },
        { "int64.parquet", false }, { "double.parquet", false }, { "rows.csv", false }, { "int64.npy", false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Train_OnUnixSeconds_TellsTwoClustersOneMinuteApart(string name, bool rowMode)
    {
        using var folder = new TemporaryFolder();
        var times = Enumerable.Range(0, 2_000).Select(i => Noon + (i % 2 * 60) + (i % 5)).ToArray();
        Write(folder.File(name), times);

        using var input = InputSet.Create([InputFormats.Open(folder.File(name), new InputFormatOptions())], new ColumnChoice());
        var model = Trainer.Train(input, new TrainingOptions { ClusterCount = 2, RowBudget = rowMode ? 1 << 20 : 0, ExactScore = true }).Model;

        Assert.Equal([Noon + 2, Noon + 62], model.CentersInColumnUnits.Order());
        Assert.Equal([1_000, 1_000], model.ClusterWeights);
        Assert.Equal(2, model.Cost!.Msd, 1e-9);
    }

    private static void Write(string path, long[] times)
    {
        using var stream = File.Create(path);
        if (path.EndsWith(".csv", StringComparison.Ordinal))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes("time\n" + string.Join('\n', times.Select(time => time.ToString(CultureInfo.InvariantCulture)))));
        }
        else if (path.EndsWith(".npy", StringComparison.Ordinal))
        {
            stream.Write([0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. System.Text.Encoding.ASCII.GetBytes($"{{'descr': '<i8', 'fortran_order': False, 'shape': ({times.Length},), }}".PadRight(117) + "\n")]);
            stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<long>(times));
        }
        else
        {
            var whole = path.Contains("int64", StringComparison.Ordinal);
            using var writer = new ParquetWriter(stream, [new ParquetWriterColumn("time", whole ? ParquetWriterType.Whole64 : ParquetWriterType.Real64)]);
            writer.WriteRowGroup(times.Length, whole ? ParquetColumnData.Of(times) : ParquetColumnData.Of(times.Select(time => (double)time).ToArray()));
            writer.Finish();
        }
    }
}
