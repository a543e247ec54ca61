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

    /// <summary>Pieces that storage is told of before they are read: with hundreds of columns each is hundreds of small reads, which a disk answers best many at a time.</summary>
    private const int PiecesAhead = 2;

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
        var values = new double[checked(drawn * input.FeatureCount)];
        var weights = input.IsWeighted ? new double[drawn] : null;
        var shares = Math.Min(pieces.Count, threads.WorkerCount * SharesPerThread);
        threads.Run(shares, (_, share) =>
        {
            var first = (int)((long)pieces.Count * share / shares);
            var end = (int)((long)pieces.Count * (share + 1) / shares);
            Read(input, pieces[first..end], values, weights, cancellation);
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
    private static void Read(InputSet input, List<Piece> pieces, double[] values, double[]? weights, CancellationToken cancellation)
    {
        var identity = ColumnTransform.Identity(input.FeatureCount);
        var batch = new RowBatch<double>((int)pieces.Max(piece => piece.Range.End - piece.Range.Start), input.FeatureCount, weights is not null);
        var fetched = 0;
        for (var first = 0; first < pieces.Count;)
        {
            var file = pieces[first].File;
            var end = pieces.FindLastIndex(piece => piece.File == file) + 1;
            using var reader = input.OpenRuns(file, [.. pieces[first..end].Select(piece => piece.Range)], identity);
            for (; first < end; first++)
            {
                cancellation.ThrowIfCancellationRequested();
                var piece = pieces[first];
                for (; fetched < Math.Min(pieces.Count, first + PiecesAhead); fetched++)
                {
                    input.Prefetch(pieces[fetched].File, pieces[fetched].Range);
                }

                var length = (int)(piece.Range.End - piece.Range.Start);
                for (batch.Count = 0; batch.Count < length;)
                {
                    if (reader.Read(batch, length - batch.Count) == 0)
                    {
                        throw new InputException($"{input.Files[file].Path}: ends before its row {piece.Range.End}; it is damaged or was changed while it was read.");
                    }
                }

                batch.Samples.AsSpan(0, length * batch.FeatureCount).CopyTo(values.AsSpan(piece.Slot * batch.FeatureCount));
                batch.SampleWeights?.AsSpan(0, length).CopyTo(weights.AsSpan(piece.Slot));
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
}
