using KMeans.Coordination;

namespace KMeans.Input;

/// <summary>Draws the random batch.</summary>
/// <remarks>
/// Where row counts are known the draw is stratified: the rows are cut into as many strata as are drawn and one row, at a place keyed by the seed, is taken
/// from each, so that a file sorted by cluster is drawn from all over. From inputs too large to touch everywhere, 256 runs of neighbouring rows are drawn the
/// same way. The draw depends on the row count and the seed, never on row groups, files or paths, nor on the threads that read it.
/// </remarks>
internal static class RandomBatchReader
{
    /// <summary>Runs of rows drawn from a large input: each costs a read or two of every column (docs/design/input.md).</summary>
    private const int RunCount = 256;

    /// <summary>Up to so many values single rows are drawn: reading them all is then quick.</summary>
    private const long ValuesForSingleRows = 64L << 20;

    /// <summary>Shares of the runs a thread, so that threads end together.</summary>
    private const int SharesPerThread = 4;

    /// <summary>Runs that storage is told of before they are read: with hundreds of columns each is hundreds of small reads, which a disk answers best many at a time.</summary>
    private const int RunsAhead = 2;

    /// <summary>Values that are decoded at a time.</summary>
    private const int BatchValues = 64 << 10;

    private const int MostBatchRows = 256;

    /// <summary>Draws rows.</summary>
    /// <param name="input">The input.</param>
    /// <param name="count">How many are wanted; fewer are drawn where there are fewer.</param>
    /// <param name="seed">The user's seed.</param>
    /// <param name="threads">Threads; never change the batch.</param>
    /// <param name="cancellation">Stops the draw.</param>
    /// <param name="mostRuns">At most so many runs of neighbouring rows, where even an input that can be read quickly should not be read as a whole.</param>
    /// <returns>The batch. O(count d) memory.</returns>
    public static RandomBatch Draw(InputSet input, int count, long seed, ComputeThreads threads, CancellationToken cancellation, int mostRuns = int.MaxValue)
    {
        if (input.RowCount is not { } rows)
        {
            return UncountedBatchReader.Draw(input, count, seed, cancellation);
        }

        var drawn = (int)Math.Min(count, rows);
        var pieces = Pieces(input, Runs(rows, drawn, input.FeatureCount, new CounterRandom(seed, RandomPurpose.RandomBatch), mostRuns));
        var values = GC.AllocateUninitializedArray<double>(checked(drawn * input.FeatureCount));
        var weights = input.IsWeighted ? new double[drawn] : null;
        var shares = Math.Min(pieces.Count, threads.WorkerCount * SharesPerThread);
        threads.Run(shares, (_, share) =>
        {
            var first = (int)((long)pieces.Count * share / shares);
            var end = (int)((long)pieces.Count * (share + 1) / shares);
            Read(input, pieces[first..end], Math.Max(1, RunCount / shares), values, weights, cancellation);
        }, cancellation);
        return new RandomBatch(values, weights, drawn, drawn, rows, null);
    }

    /// <summary>Cuts runs at the ends of files.</summary>
    private static List<Piece> Pieces(InputSet input, IEnumerable<FileRange> runs)
    {
        var pieces = new List<Piece>();
        var file = 0;
        var firstRow = 0L;
        var slot = 0;
        foreach (var run in runs)
        {
            for (var row = run.Start; row < run.End;)
            {
                while (row >= firstRow + input.Files[file].RowCount!.Value)
                {
                    firstRow += input.Files[file++].RowCount!.Value;
                }

                var end = Math.Min(run.End, firstRow + input.Files[file].RowCount!.Value);
                pieces.Add(new Piece(file, new FileRange(row - firstRow, end - firstRow), slot));
                slot += (int)(end - row);
                row = end;
            }
        }

        return pieces;
    }

    /// <summary>Reads pieces that follow each other, with one reader a file.</summary>
    private static void Read(InputSet input, List<Piece> pieces, int runs, double[] values, double[]? weights, CancellationToken cancellation)
    {
        var stretches = Stretches(input, pieces);
        var identity = ColumnTransform.Identity(input.FeatureCount);
        var batch = new RowBatch<double>(Math.Clamp(BatchValues / input.FeatureCount, 1, MostBatchRows), input.FeatureCount, weights is not null);

        // Single rows, thousands of them, are told of many at a time: each alone would be a call a column, for bytes that lie in the same few pages.
        var told = 0;
        var atATime = Math.Max(1, stretches.Count / runs);
        for (var first = 0; first < stretches.Count;)
        {
            var file = stretches[first].File;
            var end = stretches.FindLastIndex(stretch => stretch.File == file) + 1;
            using var reader = input.OpenRuns(file, [.. stretches[first..end].Select(stretch => stretch.Range)], identity);
            for (; first < end; first++)
            {
                cancellation.ThrowIfCancellationRequested();
                while (told < Math.Min(stretches.Count, first + (RunsAhead * atATime)))
                {
                    told = Tell(input, stretches, told, atATime);
                }

                var stretch = stretches[first];
                for (var row = stretch.Range.Start; row < stretch.Range.End; row += batch.Count)
                {
                    batch.Count = 0;
                    if (reader.Read(batch, (int)Math.Min(batch.Capacity, stretch.Range.End - row)) == 0)
                    {
                        throw new InputException($"{input.Files[file].Path}: ends before its row {stretch.Range.End}; it is damaged or was changed while it was read.");
                    }

                    Keep(batch, row, pieces, ref stretch, values, weights);
                }
            }
        }
    }

    /// <summary>Pieces with what lies between them, where that is little.</summary>
    private static List<Stretch> Stretches(InputSet input, List<Piece> pieces)
    {
        var stretches = new List<Stretch>();
        for (var i = 0; i < pieces.Count; i++)
        {
            var (file, range, _) = pieces[i];
            if (stretches.Count > 0 && stretches[^1] is var last && last.File == file && range.Start - last.Range.End <= input.Files[file].LongestGap)
            {
                stretches[^1] = last with { Range = new FileRange(last.Range.Start, range.End) };
            }
            else
            {
                stretches.Add(new Stretch(file, range, i));
            }
        }

        return stretches;
    }

    /// <summary>Tells storage of some stretches, as far as they lie in one file. Returns the one behind them.</summary>
    private static int Tell(InputSet input, List<Stretch> stretches, int first, int count)
    {
        var last = first;
        while (last + 1 < Math.Min(stretches.Count, first + count) && stretches[last + 1].File == stretches[first].File)
        {
            last++;
        }

        input.Prefetch(stretches[first].File, new FileRange(stretches[first].Range.Start, stretches[last].Range.End));
        return last + 1;
    }

    /// <summary>Copies the drawn rows of a batch that begins at a row of the stretch, whose first piece that is not done moves on.</summary>
    private static void Keep(RowBatch<double> batch, long firstRow, List<Piece> pieces, ref Stretch stretch, double[] values, double[]? weights)
    {
        var d = batch.FeatureCount;
        for (var end = firstRow + batch.Count; stretch.Piece < pieces.Count; stretch = stretch with { Piece = stretch.Piece + 1 })
        {
            var (file, range, slot) = pieces[stretch.Piece];
            var (from, to) = (Math.Max(range.Start, firstRow), Math.Min(range.End, end));
            if (file != stretch.File || from >= to)
            {
                return;
            }

            var (source, target, count) = ((int)(from - firstRow), slot + (int)(from - range.Start), (int)(to - from));
            batch.Samples.AsSpan(source * d, count * d).CopyTo(values.AsSpan(target * d));
            batch.SampleWeights?.AsSpan(source, count).CopyTo(weights.AsSpan(target));
            if (to < range.End)
            {
                return;
            }
        }
    }

    /// <summary>The runs of rows to draw, in order and disjoint.</summary>
    /// <param name="rows">n.</param>
    /// <param name="drawn">m, at most n.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="random">Keyed by the stratum.</param>
    /// <param name="mostRuns">At most so many.</param>
    /// <returns>Ranges of global row indices, m rows in all.</returns>
    internal static IEnumerable<FileRange> Runs(long rows, int drawn, int featureCount, CounterRandom random, int mostRuns = int.MaxValue)
    {
        var strata = Math.Min(mostRuns, rows <= ValuesForSingleRows / featureCount ? drawn : Math.Min(drawn, RunCount));
        for (var i = 0; i < strata; i++)
        {
            var low = (long)((Int128)rows * i / strata);
            var high = (long)((Int128)rows * (i + 1) / strata);
            var length = (((long)drawn * (i + 1)) / strata) - ((long)drawn * i / strata);
            var start = low + random.Below(i, high - low - length + 1);
            yield return new FileRange(start, start + length);
        }
    }

    /// <summary>A run's part in one file.</summary>
    /// <param name="File">The file's position.</param>
    /// <param name="Range">Rows of it.</param>
    /// <param name="Slot">Where in the batch they go.</param>
    private readonly record struct Piece(int File, FileRange Range, int Slot);

    /// <summary>Rows of a file that are decoded in one go.</summary>
    /// <param name="File">The file's position.</param>
    /// <param name="Range">Rows of it.</param>
    /// <param name="Piece">The first piece in it whose rows are not all copied.</param>
    private readonly record struct Stretch(int File, FileRange Range, int Piece);
}
