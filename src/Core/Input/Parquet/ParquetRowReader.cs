using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using KMeans.Input.Parquet.Columns;
using KMeans.Input.Parquet.Pages;

namespace KMeans.Input.Parquet;

/// <summary>Reads rows of a Parquet file into batches: columns are decoded in blocks, then turned into rows.</summary>
internal sealed class ParquetRowReader : IRowReader
{
    /// <summary>A block's columns together stay within the second-level cache, and a run of the random batch within a block.</summary>
    private const int BlockBytes = 512 << 10;

    /// <summary>A reader's windows onto the file, over all columns: a quarter of the third-level cache that one process of two threads may count on (docs/design/input.md).</summary>
    private const int WindowBytes = 16 << 20;

    /// <summary>Smaller reads cost more in calls than in bytes.</summary>
    private const int SmallestWindow = 32 << 10;

    /// <summary>Larger reads are no faster, and leave the cache before they are decoded.</summary>
    private const int LargestWindow = 512 << 10;

    /// <summary>Rows of float32 at a time: as many as a batch has, for the longer a column is followed the better the processor fetches ahead.</summary>
    private const int FloatRows = 1024;

    private const int LargestBlock = 2048;
    private const int SmallestBlock = 64;

    private readonly ParquetInputFile file;
    private readonly long end;
    private readonly PageDecompressor decompressor = new();
    private readonly ColumnCursor[] columns;
    private readonly FeatureTransform[] transforms;
    private readonly int[] features;
    private readonly int flatCount;
    private readonly int featureCount;
    private readonly ColumnCursor? weight;
    private readonly FeatureTransform? weightTransform;
    private readonly FloatColumn[] views = new FloatColumn[RowTiles.Columns];
    private byte[] block = [];
    private long row;

    /// <summary>Creates a reader; nothing is read yet.</summary>
    /// <param name="file">The file.</param>
    /// <param name="range">Rows within it.</param>
    /// <param name="selection">Columns without obstacles.</param>
    /// <param name="transform">As long as the selection's features.</param>
    public ParquetRowReader(ParquetInputFile file, FileRange range, ColumnSelection selection, ColumnTransform transform)
    {
        this.file = file;
        end = range.End;
        row = range.Start;
        var count = selection.Ordinals.Count;
        columns = new ColumnCursor[count];
        transforms = new FeatureTransform[count];
        features = new int[count];
        var window = Window(count);
        var feature = 0;
        for (var i = 0; i < count; i++)
        {
            var ordinal = selection.Ordinals[i];
            var width = file.Columns[ordinal].Width;
            columns[i] = ColumnCursors.Create(file, file.ColumnAt(ordinal), width, range, decompressor, window);
            features[i] = feature;
            transforms[i] = feature + width <= transform.FeatureCount
                ? new FeatureTransform(transform, feature, width)
                : throw new ArgumentException($"the transform has {transform.FeatureCount} features, fewer than the columns", nameof(transform));
            feature += width;
            flatCount += columns[i].Column.IsList ? 0 : 1;
        }

        featureCount = feature;

        if (selection.WeightOrdinal >= 0)
        {
            weight = ColumnCursors.Create(file, file.ColumnAt(selection.WeightOrdinal), 1, range, decompressor, window);
            weightTransform = new FeatureTransform(ColumnTransform.Identity(1), 0, 1);
        }
    }

    /// <summary>Bytes of the file that each of so many columns may hold, so that all of them together stay within <see cref="WindowBytes"/>.</summary>
    /// <param name="columnCount">How many columns share the reader's budget.</param>
    /// <returns>A power of two, <see cref="SmallestWindow"/> to <see cref="LargestWindow"/>.</returns>
    public static int Window(int columnCount) =>
        Math.Clamp(1 << BitOperations.Log2((uint)(WindowBytes / Math.Max(columnCount, 1))), SmallestWindow, LargestWindow);

    /// <inheritdoc/>
    public int Read<T>(RowBatch<T> batch, int maxRows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(batch.FeatureCount, featureCount, nameof(batch));
        var rows = (int)Math.Min(Math.Min(maxRows, batch.Free), end - row);
        var d = batch.FeatureCount;
        for (var done = 0; done < rows;)
        {
            var count = Math.Min(rows - done, BlockRows<T>());
            var samples = batch.Samples.AsSpan(batch.Count * d, count * d);
            ReadColumns(samples, d, count);
            if (weight is not null && batch.SampleWeights is { } weights)
            {
                ReadColumn(weight, weights.AsSpan(batch.Count, count), 1, count, weightTransform!);
            }
            else
            {
                weight?.Skip(count);
                batch.SampleWeights?.AsSpan(batch.Count, count).Fill(1);
            }

            for (var i = 0; i < count; i++)
            {
                batch.Rows[batch.Count + i] = row + i;
            }

            batch.Count += count;
            row += count;
            done += count;
        }

        return Math.Max(rows, 0);
    }

    /// <inheritdoc/>
    public long Skip(long rows)
    {
        rows = Math.Clamp(rows, 0, end - row);
        foreach (var column in columns)
        {
            column.Skip(rows);
        }

        weight?.Skip(rows);
        row += rows;
        return rows;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var column in columns)
        {
            column.Dispose();
        }

        weight?.Dispose();
        decompressor.Dispose();
        if (block.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(block);
            block = [];
        }
    }

    private unsafe int BlockRows<T>()
        where T : unmanaged => typeof(T) == typeof(float) ? FloatRows : Math.Clamp(BlockBytes / (sizeof(T) * Math.Max(flatCount, 1)), SmallestBlock, LargestBlock);

    private void ReadColumns<T>(Span<T> samples, int d, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            ReadFloats(MemoryMarshal.Cast<T, float>(samples), d, count);
            return;
        }

        // Padded, so that columns do not fall on the same cache sets.
        var stride = BlockRows<T>() + 16;
        var flat = count > 1 && flatCount > 1 ? Block<T>(flatCount * stride) : [];
        for (int i = 0, f = 0; i < columns.Length; i++)
        {
            if (columns[i].Column.IsList || flat.IsEmpty)
            {
                ReadColumn(columns[i], samples[features[i]..], d, count, transforms[i]);
                continue;
            }

            ReadColumn(columns[i], flat.Slice(f * stride, count), 1, count, transforms[i]);
            f++;
        }

        if (!flat.IsEmpty)
        {
            Transpose(flat, stride, count, samples, d);
        }
    }

    /// <summary>Reads float32 rows: runs of flat columns go from their pages to the rows in one pass.</summary>
    private void ReadFloats(Span<float> samples, int d, int count)
    {
        Block<float>(RowTiles.Columns * (FloatRows + 16));
        for (var i = 0; i < columns.Length;)
        {
            if (columns[i].Column.IsList)
            {
                ReadColumn(columns[i], samples[features[i]..], d, count, transforms[i]);
                i++;
                continue;
            }

            var first = i;
            while (i < columns.Length && i < first + RowTiles.Columns && !columns[i].Column.IsList)
            {
                views[i - first] = ReadFloats(columns[i], (i - first) * (FloatRows + 16) * sizeof(float), count, transforms[i]);
                i++;
            }

            RowTiles.Run(views.AsSpan(0, i - first), count, samples[features[first]..], d);
        }
    }

    private FloatColumn ReadFloats(ColumnCursor column, int start, int count, FeatureTransform transform)
    {
        try
        {
            return column.ReadFloats(block, start, count, transform);
        }
        catch (Exception e) when (ParquetInputFile.IsDamage(e))
        {
            throw file.Damaged(column.Column, column.Group, e);
        }
    }

    /// <summary>Turns the block's columns into rows, run by run of neighbouring features.</summary>
    private void Transpose<T>(ReadOnlySpan<T> flat, int stride, int count, Span<T> samples, int d)
        where T : unmanaged
    {
        for (int i = 0, f = 0; i < columns.Length;)
        {
            if (columns[i].Column.IsList)
            {
                i++;
                continue;
            }

            var first = i;
            while (i < columns.Length && !columns[i].Column.IsList)
            {
                i++;
            }

            Transposition.Run(flat[(f * stride)..], stride, i - first, count, samples[features[first]..], d);
            f += i - first;
        }
    }

    private void ReadColumn<T>(ColumnCursor column, Span<T> samples, int stride, int count, FeatureTransform transform)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        try
        {
            column.Read(samples, stride, count, transform);
        }
        catch (Exception e) when (ParquetInputFile.IsDamage(e))
        {
            throw file.Damaged(column.Column, column.Group, e);
        }
    }

    private unsafe Span<T> Block<T>(int length)
        where T : unmanaged
    {
        var bytes = length * sizeof(T);
        if (block.Length < bytes)
        {
            if (block.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(block);
            }

            block = ArrayPool<byte>.Shared.Rent(bytes);
        }

        return MemoryMarshal.Cast<byte, T>(block.AsSpan(0, bytes));
    }
}
