using Parquet;
using Parquet.Serialization;

namespace KMeans.Input.ParquetNet.Tests;

/// <summary>Files that Parquet.Net writes for the tests.</summary>
internal static class Samples
{
    /// <summary>Row r holds the points (10 r, 10 r + 0.5), (10 r + 1, 10 r + 1.5), ...</summary>
    public static byte[] Tracks(int rows, int points, int rowGroupSize = 4, CompressionMethod compression = CompressionMethod.Snappy) =>
        Write(Enumerable.Range(0, rows).Select(row => Track(row, points)), rowGroupSize, compression);

    public static Track Track(int row, int points) => new()
    {
        Name = $"track {row}",
        Points = [.. Enumerable.Range(0, points).Select(point => new TrackPoint { X = (10 * row) + point, Y = (10 * row) + point + 0.5f, Time = (1L << 60) + row })],
    };

    public static byte[] Write<T>(IEnumerable<T> rows, int rowGroupSize = 4, CompressionMethod compression = CompressionMethod.Snappy)
        where T : class, new()
    {
        using var stream = new MemoryStream();
        var options = new ParquetOptions { RowGroupSize = rowGroupSize, CompressionMethod = compression };
        ParquetSerializer.SerializeAsync(rows, stream, options).GetAwaiter().GetResult();
        return stream.ToArray();
    }

    /// <summary>All rows of a range, read a few at a time.</summary>
    public static double[][] Read(InputFile file, FileRange range, int[] ordinals, int featureCount, ColumnTransform? transform = null)
    {
        using var reader = file.OpenRows(range, new ColumnSelection(ordinals), transform ?? ColumnTransform.Identity(featureCount));
        var batch = new RowBatch<double>(3, featureCount, weighted: false);
        var rows = new List<double[]>();
        while (reader.Read(batch, batch.Capacity) > 0)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                Assert.Equal(range.Start + rows.Count, batch.Rows[i]);
                rows.Add(batch.Samples.AsSpan(i * featureCount, featureCount).ToArray());
            }

            batch.Count = 0;
        }

        return [.. rows];
    }
}

/// <summary>A row whose numbers lie in a list of structs.</summary>
internal sealed class Track
{
    public string? Name { get; set; }

    public List<TrackPoint>? Points { get; set; }
}

/// <summary>An element of the list.</summary>
internal sealed class TrackPoint
{
    public int X { get; set; }

    public float? Y { get; set; }

    public long Time { get; set; }
}
