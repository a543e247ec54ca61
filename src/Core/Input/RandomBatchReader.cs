namespace KMeans.Input;

/// <summary>Draws the random batch.</summary>
/// <remarks>
/// Where row counts are known the draw is stratified: the rows are cut into as many strata as are drawn and one row, at a place keyed by the seed, is taken
/// from each, so that a file sorted by cluster is drawn from all over. From inputs too large to touch everywhere, 512 runs of neighbouring rows are drawn the
/// same way. The draw depends on the row count and the seed, never on row groups, files or paths.
/// </remarks>
internal static class RandomBatchReader
{
    /// <summary>Runs of rows drawn from a large input. Of Parquet each costs at most a page a column; 512 still meet every part of a sorted file.</summary>
    private const int RunCount = 512;

    /// <summary>Up to so many values single rows are drawn: reading them all is then quick.</summary>
    private const long ValuesForSingleRows = 64L << 20;

    /// <summary>Draws rows.</summary>
    /// <param name="input">The input.</param>
    /// <param name="count">How many are wanted; fewer are drawn where there are fewer.</param>
    /// <param name="seed">The user's seed.</param>
    /// <param name="cancellation">Stops the draw.</param>
    /// <returns>The batch. O(count d) memory.</returns>
    public static RandomBatch Draw(InputSet input, int count, long seed, CancellationToken cancellation)
    {
        if (input.RowCount is not { } rows)
        {
            return UncountedBatchReader.Draw(input, count, seed, cancellation);
        }

        var drawn = (int)Math.Min(count, rows);
        var batch = new RowBatch<double>(drawn, input.FeatureCount, input.IsWeighted);
        var identity = ColumnTransform.Identity(input.FeatureCount);
        var runs = Runs(rows, drawn, input.FeatureCount, new CounterRandom(seed, RandomPurpose.RandomBatch)).GetEnumerator();
        var more = runs.MoveNext();
        var firstRow = 0L;
        for (var f = 0; f < input.Files.Count && more; f++)
        {
            var fileRows = input.Files[f].RowCount!.Value;
            IRowReader? reader = null;
            try
            {
                var position = 0L;
                while (more && runs.Current.Start < firstRow + fileRows)
                {
                    cancellation.ThrowIfCancellationRequested();
                    reader ??= input.OpenRows(new PartitionSegment(f, new FileRange(0, fileRows), firstRow), identity);
                    var start = Math.Max(runs.Current.Start, firstRow) - firstRow;
                    var end = Math.Min(runs.Current.End - firstRow, fileRows);
                    reader.Skip(start - position);
                    position = start;
                    while (position < end)
                    {
                        var read = reader.Read(batch, (int)(end - position));
                        if (read == 0)
                        {
                            throw new InputException($"{input.Files[f].Path}: ends before its row {end}; it is damaged or was changed while it was read.");
                        }

                        position += read;
                    }

                    if (runs.Current.End > firstRow + fileRows)
                    {
                        break;
                    }

                    more = runs.MoveNext();
                }
            }
            finally
            {
                reader?.Dispose();
            }

            firstRow += fileRows;
        }

        return new RandomBatch(batch.Samples, batch.SampleWeights, batch.Count, batch.Count, rows, null);
    }

    /// <summary>The runs of rows to draw, in order and disjoint.</summary>
    /// <param name="rows">n.</param>
    /// <param name="drawn">m, at most n.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="random">Keyed by the stratum.</param>
    /// <returns>Ranges of global row indices, m rows in all.</returns>
    internal static IEnumerable<FileRange> Runs(long rows, int drawn, int featureCount, CounterRandom random)
    {
        var strata = rows <= ValuesForSingleRows / featureCount ? drawn : Math.Min(drawn, RunCount);
        for (var i = 0; i < strata; i++)
        {
            var low = (long)((Int128)rows * i / strata);
            var high = (long)((Int128)rows * (i + 1) / strata);
            var length = (((long)drawn * (i + 1)) / strata) - ((long)drawn * i / strata);
            var start = low + random.Below(i, high - low - length + 1);
            yield return new FileRange(start, start + length);
        }
    }
}
