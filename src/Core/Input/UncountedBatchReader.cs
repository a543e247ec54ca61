namespace KMeans.Input;

/// <summary>Draws the random batch from files whose row count only reading would tell.</summary>
/// <remarks>
/// A small file is read whole. From a large one that can be read anywhere, the rows that begin in 64 KiB stretches at keyed places, one a stratum of bytes,
/// are candidates, and their density estimates the row count. A gzip file gives its first rows. Of all candidates those with the least keyed numbers are
/// drawn.
/// </remarks>
internal static class UncountedBatchReader
{
    private const long StretchBytes = 64 << 10;
    private const int MostStretches = 512;

    /// <summary>Draws rows.</summary>
    /// <param name="input">The input.</param>
    /// <param name="count">How many are wanted.</param>
    /// <param name="seed">The user's seed.</param>
    /// <param name="cancellation">Stops the draw.</param>
    /// <returns>The batch.</returns>
    public static RandomBatch Draw(InputSet input, int count, long seed, CancellationToken cancellation)
    {
        var random = new CounterRandom(seed, RandomPurpose.RandomBatch);
        var chosen = new Candidates(input, count, random);
        var estimate = 0.0;
        var heads = 0;
        for (var f = 0; f < input.Files.Count; f++)
        {
            cancellation.ThrowIfCancellationRequested();
            var file = input.Files[f];
            var extent = file.RowCount ?? file.Source.Length;
            if (!file.CanSeek)
            {
                heads++;
                estimate += ReadHead(chosen, f, file, (int)Math.Max(1, count * file.Source.Length / Math.Max(1, input.TotalBytes)));
            }
            else if (file.RowCount is not null || extent <= StretchBytes * 128)
            {
                estimate += chosen.Read(f, new FileRange(0, extent), int.MaxValue, cancellation);
            }
            else
            {
                estimate += ReadStretches(chosen, f, extent, random, cancellation);
            }
        }

        var note = heads == 0 ? null : $"{(heads == input.Files.Count ? "the input" : $"{heads} of {input.Files.Count} files")} cannot be read from the middle (gzip): the random batch is drawn from the first rows; if they are sorted, unpack first.";
        return chosen.Finish((long)Math.Ceiling(estimate), note);
    }

    private static double ReadHead(Candidates chosen, int f, InputFile file, int share)
    {
        var before = file.Source.BytesRead;
        var rows = chosen.Read(f, new FileRange(0, long.MaxValue), share, CancellationToken.None);
        var density = rows / (double)Math.Max(1, file.Source.BytesRead - before);
        return rows < share ? rows : Math.Max(rows, density * file.Source.Length);
    }

    private static double ReadStretches(Candidates chosen, int f, long extent, CounterRandom random, CancellationToken cancellation)
    {
        var strata = (int)Math.Min(MostStretches, extent / (2 * StretchBytes));
        var rows = 0L;
        for (var i = 0; i < strata; i++)
        {
            var low = (long)((Int128)extent * i / strata);
            var high = (long)((Int128)extent * (i + 1) / strata);
            var start = low + random.Below(((long)f << 32) + i, high - low - StretchBytes + 1);
            rows += chosen.Read(f, new FileRange(start, start + StretchBytes), int.MaxValue, cancellation);
        }

        return rows / (double)(strata * StretchBytes) * extent;
    }

    /// <summary>The rows with the least keyed numbers so far: a heap of at most the wanted count, so that memory stays O(count d).</summary>
    private sealed class Candidates(InputSet input, int count, CounterRandom random)
    {
        private readonly ColumnTransform identity = ColumnTransform.Identity(input.FeatureCount);
        private readonly PriorityQueue<int, (ulong, long)> heap = new();
        private readonly List<double[]> rows = [];
        private readonly List<double> weights = [];
        private readonly List<long> order = [];
        private RowBatch<double>? batch;
        private long seen;

        public long Read(int f, FileRange range, int most, CancellationToken cancellation)
        {
            // Wide rows in small groups: a block of at most 1 Mi values.
            batch ??= new RowBatch<double>((int)Math.Clamp((1L << 20) / input.FeatureCount, 1, 1024), input.FeatureCount, input.IsWeighted);
            using var reader = input.OpenRows(new PartitionSegment(f, range, 0), identity);
            var read = 0L;
            while (read < most)
            {
                cancellation.ThrowIfCancellationRequested();
                batch.Count = 0;
                var got = reader.Read(batch, (int)Math.Min(batch.Capacity, most - read));
                if (got == 0)
                {
                    break;
                }

                for (var i = 0; i < got; i++)
                {
                    Offer(i);
                }

                read += got;
            }

            return read;
        }

        public RandomBatch Finish(long estimate, string? note)
        {
            var slots = Enumerable.Range(0, rows.Count).OrderBy(slot => order[slot]).ToArray();
            var d = input.FeatureCount;
            var values = new double[(long)slots.Length * d];
            for (var i = 0; i < slots.Length; i++)
            {
                rows[slots[i]].CopyTo(values, i * d);
            }

            return new RandomBatch(values, input.IsWeighted ? slots.Select(slot => weights[slot]).ToArray() : null, slots.Length, seen, Math.Max(estimate, slots.Length), note);
        }

        private void Offer(int i)
        {
            var index = seen++;
            var priority = (~random.Bits(index), -index);
            int slot;
            if (rows.Count < count)
            {
                slot = rows.Count;
                rows.Add(new double[input.FeatureCount]);
                weights.Add(1);
                order.Add(index);
                heap.Enqueue(slot, priority);
            }
            else
            {
                // The root has the least complement, that is the greatest number.
                heap.TryPeek(out slot, out var worst);
                if (priority.CompareTo(worst) <= 0)
                {
                    return;
                }

                heap.DequeueEnqueue(slot, priority);
                order[slot] = index;
            }

            batch!.Samples.AsSpan(i * input.FeatureCount, input.FeatureCount).CopyTo(rows[slot]);
            weights[slot] = batch.SampleWeights?[i] ?? 1;
        }
    }
}
