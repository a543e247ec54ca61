using System.Diagnostics;
using KMeans.Input;
using KMeans.Input.Parquet;

namespace KMeans.Metrics;

/// <summary>How fast rows come out of a file.</summary>
/// <param name="Format">What was read.</param>
/// <param name="Features">d.</param>
/// <param name="GigabytesPerSecond">Float32 bytes delivered into batches a second and thread, in 10^9.</param>
public sealed record ReaderRate(string Format, int Features, double GigabytesPerSecond);

/// <summary>Measures the readers on files that it writes into a temporary folder, one thread, read once before so that they come from the page cache.</summary>
internal static class ReaderMeter
{
    /// <summary>The format that a pipeline's limit is told for.</summary>
    public const string PlainParquet = "parquet, plain";

    private const int Values = 16 << 20;
    private const int BufferBytes = 512 << 10;

    /// <summary>Measures them.</summary>
    /// <param name="time">How long each.</param>
    /// <returns>A rate for each kind of file: the median of its readings.</returns>
    public static IReadOnlyList<ReaderRate> Measure(TimeSpan time)
    {
        var folder = Directory.CreateTempSubdirectory("kmeans-bench-");
        try
        {
            return
            [
                ReadBytes(folder, time),
                Read(PlainParquet, folder, Flat(50), false, time),
                Read("parquet, snappy", folder, Flat(50), true, time),
                Read("parquet, list of 768", folder, [new ParquetWriterColumn("embedding", ParquetWriterType.Vector, Width: 768)], false, time),
            ];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The bytes of a file as they are, from the page cache into a buffer: no reader can be faster.</summary>
    private static ReaderRate ReadBytes(DirectoryInfo folder, TimeSpan time)
    {
        var path = Path.Combine(folder.FullName, "bytes");
        File.WriteAllBytes(path, new byte[Values * sizeof(float)]);
        using var source = new LocalByteSource(path);
        var buffer = new byte[BufferBytes];
        var rates = new List<double>();
        var start = Stopwatch.GetTimestamp();
        while (rates.Count < 4 || Stopwatch.GetElapsedTime(start) < time)
        {
            var began = Stopwatch.GetTimestamp();
            for (var offset = 0L; offset < source.Length; offset += buffer.Length)
            {
                source.Read(offset, buffer);
            }

            rates.Add(source.Length / Stopwatch.GetElapsedTime(began).TotalSeconds / 1e9);
        }

        rates.Sort();
        return new ReaderRate("file, as it is", 1, rates[rates.Count / 2]);
    }

    private static ParquetWriterColumn[] Flat(int columns) => Enumerable.Range(0, columns).Select(c => new ParquetWriterColumn($"c{c}", ParquetWriterType.Real32)).ToArray();

    private static ReaderRate Read(string format, DirectoryInfo folder, ParquetWriterColumn[] columns, bool compress, TimeSpan time)
    {
        var path = Path.Combine(folder.FullName, format + ".parquet");
        Write(path, columns, compress);
        var d = columns.Sum(column => column.Width);
        using var input = InputSet.Create([InputFormats.Open(path, new InputFormatOptions())], new ColumnChoice());
        var batch = new SampleBatch(Math.Max(16, (1 << 18) / d), d, false);
        var transform = ColumnTransform.Identity(d);
        var fill = new float[d];
        var rates = new List<double>();
        var start = Stopwatch.GetTimestamp();
        while (rates.Count < 4 || Stopwatch.GetElapsedTime(start) < time)
        {
            var began = Stopwatch.GetTimestamp();
            var rows = 0L;
            foreach (var partition in input.Partitions)
            {
                using var reader = input.Open(partition, transform, MissingPolicy.Error, fill);
                while (reader.Read(batch, batch.Rows.Capacity))
                {
                    rows += batch.Count;
                }
            }

            rates.Add(rows * (double)d * sizeof(float) / Stopwatch.GetElapsedTime(began).TotalSeconds / 1e9);
        }

        rates.Sort();
        return new ReaderRate(format, d, rates[rates.Count / 2]);
    }

    private static void Write(string path, ParquetWriterColumn[] columns, bool compress)
    {
        const int groupRows = 16_384;
        var width = columns.Sum(column => column.Width);
        var random = new CounterRandom(1, RandomPurpose.Generation, 99);
        var next = 0L;
        using var writer = new ParquetWriter(File.Create(path), columns, compress);
        for (var rows = 0; rows < Values / width; rows += groupRows)
        {
            writer.WriteRowGroup(groupRows, columns.Select(column =>
            {
                var values = new float[groupRows * column.Width];
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = (float)random.Unit(next++);
                }

                return ParquetColumnData.Of(values);
            }).ToArray());
        }

        writer.Finish();
    }
}
