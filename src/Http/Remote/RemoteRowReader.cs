using System.Numerics;
using KMeans.Coordination;
using KMeans.Http.Protocol;
using KMeans.Input;

namespace KMeans.Http.Remote;

/// <summary>Reads rows that a worker sends. Where a worker fails the next one that has the file is asked for the same rows, and those that came already are passed over.</summary>
/// <param name="file">The file.</param>
/// <param name="position">Its position in the listing.</param>
/// <param name="holders">Who has it.</param>
/// <param name="runs">Which rows.</param>
/// <param name="selection">The columns.</param>
/// <param name="transform">What is done to each value.</param>
internal sealed class RemoteRowReader(
    RemoteInputFile file, int position, IReadOnlyList<RemoteHolder> holders, IReadOnlyList<FileRange> runs, ColumnSelection selection, ColumnTransform transform) : IRowReader
{
    private SilenceWatch? watch;
    private FrameReader? frames;
    private object? received;
    private long bytesRead;
    private int next;
    private int holder;
    private int batchesRead;
    private int batchesHere;
    private bool isAtEnd;

    /// <inheritdoc/>
    public int Read<T>(RowBatch<T> batch, int maxRows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var wanted = Math.Min(maxRows, batch.Free);
        if (wanted == 0 || !Fill(batch))
        {
            return 0;
        }

        var from = (RowBatch<T>)received!;
        var count = Math.Min(wanted, from.Count - next);
        var d = from.FeatureCount;
        from.Samples.AsSpan(next * d, count * d).CopyTo(batch.Samples.AsSpan(batch.Count * d));
        from.Rows.AsSpan(next, count).CopyTo(batch.Rows.AsSpan(batch.Count));
        from.SampleWeights?.AsSpan(next, count).CopyTo(batch.SampleWeights.AsSpan(batch.Count));
        for (var i = 0; i < count; i++)
        {
            batch.MarkDropped(batch.Count + i, from.Dropped?[next + i] == true);
        }

        next += count;
        batch.Count += count;
        if (next == from.Count)
        {
            // Not before: the file was read on for the last row of a batch, and how many rows it has is estimated from that.
            file.Source.CountRead(bytesRead);
        }

        return count;
    }

    /// <inheritdoc/>
    public long Skip(long rows) => throw new NotSupportedException("Rows that are far away are asked for by runs.");

    /// <inheritdoc/>
    public void Dispose()
    {
        frames?.Dispose();
        watch?.Dispose();
    }

    /// <summary>Makes sure that there is a received row, unless there is none left.</summary>
    private bool Fill<T>(RowBatch<T> like)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var batch = (RowBatch<T>?)received;
        if (batch is null)
        {
            received = batch = new RowBatch<T>(Math.Clamp(MostValues / like.FeatureCount, 1, like.Capacity), like.FeatureCount, like.SampleWeights is not null);
            Open<T>(batch.Capacity);
        }

        if (next < batch.Count)
        {
            return true;
        }

        if (isAtEnd)
        {
            return false;
        }

        batchesRead++;
        while (batchesHere < batchesRead)
        {
            try
            {
                bytesRead = RowsCodec.Read(frames!, batch);
                batchesHere++;
                isAtEnd = batch.Count == 0;
                if (isAtEnd)
                {
                    file.Source.CountRead(bytesRead);
                    frames!.RequireEnd();
                }
            }
            catch (Exception e) when (RemoteFaults.Translate(e, watch!) is { } other)
            {
                if (other is not InstanceFaultException || holder + 1 == holders.Count)
                {
                    throw other;
                }

                Dispose();
                holder++;
                Open<T>(batch.Capacity);
            }
        }

        next = 0;
        return !isAtEnd;
    }

    /// <summary>As many as the worker puts into one batch.</summary>
    private const int MostValues = 1 << 20;

    private void Open<T>(int batchRows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var request = new RowsRequest(
            position, [.. runs.SelectMany(run => new[] { run.Start, run.End })], selection.Ordinals, selection.WeightOrdinal, transform.Shifts, transform.Factors, typeof(T) == typeof(float), batchRows);
        for (batchesHere = 0; ; holder++)
        {
            watch = holders[holder].Client.Watch(CancellationToken.None);
            try
            {
                frames = holders[holder].OpenAsync(request, watch).GetAwaiter().GetResult();
                return;
            }
            catch (InstanceFaultException) when (holder + 1 < holders.Count)
            {
                watch.Dispose();
            }
            catch (InstanceFaultException e)
            {
                throw new InstanceFaultException($"{file.Path}: its rows cannot be fetched from {holders[holder].Client.Url}: {e.Message}", e.IsTransient, e);
            }
        }
    }
}
