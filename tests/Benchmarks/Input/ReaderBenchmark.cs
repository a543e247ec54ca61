using BenchmarkDotNet.Attributes;
using KMeans.Input;
using KMeans.Input.Parquet;

namespace KMeans.Benchmarks.Input;

/// <summary>Reading all rows of a file of 64 MiB of float32 values from the page cache into batches, on one thread.</summary>
public class ReaderBenchmark
{
    private const int Values = 16 << 20;
    private const int GroupRows = 16_384;

    private string folder = "";
    private InputSet? input;
    private SampleBatch? batch;
    private float[] fill = [];

    /// <summary>What is read, and how many columns or values of a list it has.</summary>
    [Params("parquet 50", "parquet 400", "parquet 50 snappy", "parquet list 768", "npy 400")]
    public string Format { get; set; } = "";

    /// <summary>Writes the file.</summary>
    [GlobalSetup]
    public void Setup()
    {
        folder = Directory.CreateTempSubdirectory("kmeans-benchmark-").FullName;
        var isList = Format.Contains("list", StringComparison.Ordinal);
        var d = isList ? 768 : Format.Contains("400", StringComparison.Ordinal) ? 400 : 50;
        var path = Path.Combine(folder, Format.StartsWith("npy", StringComparison.Ordinal) ? "data.npy" : "data.parquet");
        if (Format.StartsWith("npy", StringComparison.Ordinal))
        {
            WriteNpy(path, d);
        }
        else
        {
            var columns = isList
                ? [new ParquetWriterColumn("embedding", ParquetWriterType.Vector, Width: d)]
                : Enumerable.Range(0, d).Select(c => new ParquetWriterColumn($"c{c}", ParquetWriterType.Real32)).ToArray();
            WriteParquet(path, columns, d, Format.Contains("snappy", StringComparison.Ordinal));
        }

        input = InputSet.Create([InputFormats.Open(path, new InputFormatOptions())], new ColumnChoice());
        batch = new SampleBatch(Math.Max(16, (1 << 18) / d), d, false);
        fill = new float[d];
    }

    /// <summary>Removes it.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        input?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Reads every partition.</summary>
    /// <returns>Rows.</returns>
    [Benchmark]
    public long Read()
    {
        var rows = 0L;
        var transform = ColumnTransform.Identity(fill.Length);
        foreach (var partition in input!.Partitions)
        {
            using var reader = input.Open(partition, transform, MissingPolicy.Error, fill);
            while (reader.Read(batch!, batch!.Rows.Capacity))
            {
                rows += batch.Count;
            }
        }

        return rows;
    }

    private static float[] Random(int seed, int count)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, count).Select(_ => random.NextSingle()).ToArray();
    }

    private static void WriteParquet(string path, ParquetWriterColumn[] columns, int d, bool compress)
    {
        using var writer = new ParquetWriter(File.Create(path), columns, compress);
        for (var rows = 0; rows < Values / d; rows += GroupRows)
        {
            writer.WriteRowGroup(GroupRows, columns.Select((column, c) => ParquetColumnData.Of(Random(rows + c, GroupRows * column.Width))).ToArray());
        }

        writer.Finish();
    }

    private static void WriteNpy(string path, int d)
    {
        var rows = Values / d;
        using var file = File.Create(path);
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {d}), }}".PadRight(117) + "\n";
        file.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(header)]);
        file.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(Random(1, rows * d).AsSpan()));
    }
}
