namespace KMeans.Generation;

/// <summary>A run of generated rows on its way to a file. Reused.</summary>
/// <param name="capacity">The most rows it holds.</param>
/// <param name="featureCount">d.</param>
/// <param name="byColumn">Whether it holds columns, for Parquet, or rows.</param>
internal sealed class MixtureBlock(int capacity, int featureCount, bool byColumn)
{
    private readonly int[] clusters = new int[byColumn ? capacity : 0];

    /// <summary>The file that the rows go to.</summary>
    public int File { get; private set; }

    /// <summary>How many rows.</summary>
    public int Count { get; private set; }

    /// <summary>Length d of arrays of length capacity; empty where the block holds rows.</summary>
    public float[][] Columns { get; } = byColumn ? Enumerable.Range(0, featureCount).Select(_ => new float[capacity]).ToArray() : [];

    /// <summary>Row-major (capacity, d); empty where the block holds columns.</summary>
    public float[] Rows { get; } = byColumn ? [] : new float[capacity * featureCount];

    /// <summary>The sum of the rows' squared distances to their planted centers.</summary>
    public double SquaredDistances { get; private set; }

    /// <summary>Generates rows.</summary>
    /// <param name="mixture">What they are drawn from.</param>
    /// <param name="file">The file that they go to.</param>
    /// <param name="firstRow">The first row's index.</param>
    /// <param name="count">At most the capacity.</param>
    /// <param name="cancellation">Stops between columns or rows.</param>
    public void Fill(GaussianMixture mixture, int file, long firstRow, int count, CancellationToken cancellation)
    {
        File = file;
        Count = count;
        SquaredDistances = 0;
        for (var i = 0; i < clusters.Length && i < count; i++)
        {
            clusters[i] = mixture.ClusterOf(firstRow + i);
        }

        for (var f = 0; f < Columns.Length; f++)
        {
            cancellation.ThrowIfCancellationRequested();
            SquaredDistances += mixture.FillColumn(firstRow, f, clusters.AsSpan(0, count), Columns[f].AsSpan(0, count));
        }

        for (var i = 0; i < count && !byColumn; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            SquaredDistances += mixture.FillRow(firstRow + i, Rows.AsSpan(i * featureCount, featureCount));
        }
    }
}
