using System.Runtime.InteropServices;
using KMeans.Coordination;
using KMeans.Input;
using KMeans.Prediction;
using KMeans.Training;

namespace KMeans.Preparation;

/// <summary>What a selection found.</summary>
internal sealed class SelectionTotals
{
    /// <summary>Rows read.</summary>
    public long Read { get; set; }

    /// <summary>Rows kept.</summary>
    public long Kept { get; set; }

    /// <summary>Rows that the condition is not true of.</summary>
    public long Filtered { get; set; }

    /// <summary>Rows whose category is not kept.</summary>
    public long RareCategories { get; set; }

    /// <summary>Rows left out because they lack a value.</summary>
    public long Incomplete { get; set; }

    /// <summary>The kept rows' moments, where they were asked for.</summary>
    public CellMoments? Moments { get; set; }

    /// <summary>Takes later rows in.</summary>
    /// <param name="later">The others.</param>
    public void Merge(SelectionTotals later)
    {
        Read += later.Read;
        Kept += later.Kept;
        Filtered += later.Filtered;
        RareCategories += later.RareCategories;
        Incomplete += later.Incomplete;
        Moments?.Merge(later.Moments!);
    }
}

/// <summary>Reads all raw rows, partitions side by side, and gives the kept ones to a sink in input order.</summary>
internal sealed class SelectionPass
{
    private readonly RawInput raw;
    private readonly RecipeProgram program;
    private readonly PreparedOutput output;
    private readonly int[] keptPlaces;
    private readonly KeptColumn[] kept;
    private readonly int capacity;
    private readonly CounterRandom shuffle;
    private readonly CounterRandom split;

    /// <summary>Creates one.</summary>
    /// <param name="raw">The rows.</param>
    /// <param name="program">The recipe; its numbers need not be complete.</param>
    /// <param name="output">What the order and the split are drawn from.</param>
    /// <param name="keptPlaces">The kept columns' places among the values that are read.</param>
    /// <param name="kept">The kept columns, and after them the weight, if there is one.</param>
    /// <param name="capacity">Rows of a batch.</param>
    public SelectionPass(RawInput raw, RecipeProgram program, PreparedOutput output, int[] keptPlaces, KeptColumn[] kept, int capacity)
    {
        this.raw = raw;
        this.program = program;
        this.output = output;
        this.keptPlaces = keptPlaces;
        this.kept = kept;
        this.capacity = capacity;
        shuffle = new CounterRandom(output.Seed, RandomPurpose.Shuffle);
        split = new CounterRandom(output.Seed, RandomPurpose.TestSplit);
    }

    /// <summary>Whether missing numbers are filled in after this pass.</summary>
    public bool FillsLater { get; init; }

    /// <summary>Whether means and deviations are wanted.</summary>
    public bool TakesMoments { get; init; }

    /// <summary>Takes rows for quantiles; null where none are wanted.</summary>
    public QuantileSample? Quantiles { get; init; }

    /// <summary>Runs it.</summary>
    /// <param name="sink">Takes the kept rows.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="batchesPerThread">How many batches may wait for their turn, a thread.</param>
    /// <param name="advanced">Told the rows of each batch, or null.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What was found; the same for any number of threads.</returns>
    public SelectionTotals Run(IPreparedSink sink, ComputeThreads threads, int batchesPerThread, Action<int>? advanced, CancellationToken cancellation)
    {
        var partitions = raw.Set.Partitions;
        var ordered = new InOrder<PreparedRows>(sink.Write, () => new PreparedRows(capacity, program.CellCount, kept), batchesPerThread * threads.WorkerCount);
        using var wake = cancellation.Register(ordered.Wake);
        var workers = new Worker?[threads.WorkerCount];
        var tree = new MergeTree<SelectionTotals>(partitions.Count, static (earlier, later) => earlier.Merge(later));
        try
        {
            using var readAhead = new ReadAhead(raw.Set, partitions, threads.WorkerCount);
            threads.Run(partitions.Count, (w, p) =>
            {
                readAhead.Begin(p);
                try
                {
                    tree.Add(p, (workers[w] ??= new Worker(this)).Select(partitions[p], ordered, advanced, cancellation));
                }
                catch
                {
                    ordered.Fail(p);
                    throw;
                }
            }, cancellation);
        }
        finally
        {
            Array.ForEach(workers, worker => worker?.Dispose());
        }

        return tree.Root ?? new SelectionTotals();
    }

    /// <summary>One thread's buffers.</summary>
    private sealed class Worker(SelectionPass pass) : IDisposable
    {
        private readonly RawReader reader = new(pass.raw, pass.capacity);
        private readonly ContentHash hash = new();

        public SelectionTotals Select(Partition partition, InOrder<PreparedRows> ordered, Action<int>? advanced, CancellationToken cancellation)
        {
            var totals = new SelectionTotals { Moments = pass.TakesMoments ? new CellMoments(pass.program.CellCount) : null };
            foreach (var segment in partition.Segments)
            {
                reader.Open(segment);
                while (reader.Read(pass.capacity) is > 0 and var count)
                {
                    cancellation.ThrowIfCancellationRequested();
                    var rows = ordered.Rent();
                    rows.Count = 0;
                    for (var i = 0; i < count; i++)
                    {
                        Take(i, segment, rows, totals);
                    }

                    totals.Read += count;
                    advanced?.Invoke(count);
                    if (!ordered.Add(partition.Index, rows, cancellation))
                    {
                        return totals;
                    }
                }
            }

            ordered.Complete(partition.Index);
            return totals;
        }

        public void Dispose() => reader.Dispose();

        private void Take(int row, in PartitionSegment segment, PreparedRows rows, SelectionTotals totals)
        {
            var at = rows.Count;
            var cells = rows.CellsOf(at);
            switch (pass.program.Select(reader.Batch, row, cells))
            {
                case RowFate.Filtered:
                    totals.Filtered++;
                    return;
                case RowFate.RareCategory:
                    totals.RareCategories++;
                    return;
                case RowFate.Incomplete:
                    totals.Incomplete++;
                    return;
            }

            if (pass.program.Recipe.Missing == RecipeWords.Error && !pass.FillsLater)
            {
                RefuseMissing(cells, segment, reader.Batch.Numbers.Rows[row]);
            }

            var key = segment.KeyBase + reader.Batch.Numbers.Rows[row];
            totals.Kept++;
            totals.Moments?.Add(cells);
            pass.Quantiles?.Add(key, cells);
            for (var j = 0; j < pass.keptPlaces.Length; j++)
            {
                rows.Kept[j].CopyFrom(reader.Batch.Values.Kept[pass.keptPlaces[j]], row, at);
            }

            if (pass.kept.Length > pass.keptPlaces.Length)
            {
                var weight = reader.Batch.Numbers.SampleWeights![row];
                rows.Kept[^1].Reals[at] = weight;
                rows.Kept[^1].Missing[at] = double.IsNaN(weight);
            }

            rows.Orders[at] = pass.shuffle.Bits(key);
            rows.IsTest[at] = pass.output.TestPath is not null && IsTest(rows, at);
            rows.Count++;
        }

        /// <summary>Drawn from what the row holds: equal rows fall on the same side, wherever they stand and whatever else the input has.</summary>
        private bool IsTest(PreparedRows rows, int row)
        {
            hash.Reset();
            hash.Append(MemoryMarshal.AsBytes(rows.CellsOf(row)));
            foreach (var column in rows.Kept)
            {
                switch (column.Kind)
                {
                    case ValueKind.Whole:
                        hash.Append(MemoryMarshal.AsBytes(column.Wholes.AsSpan(row, 1)));
                        break;
                    case ValueKind.Real:
                        hash.Append(MemoryMarshal.AsBytes(column.Reals.AsSpan(row, 1)));
                        break;
                    default:
                        hash.Append(MemoryMarshal.AsBytes(column.Texts[row].AsSpan()));
                        break;
                }
            }

            return pass.split.Unit((long)hash.Value) < pass.output.TestShare;
        }

        private void RefuseMissing(ReadOnlySpan<double> cells, in PartitionSegment segment, long row)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                if (double.IsNaN(cells[i]) && pass.program.Recipe.Columns[i].Fill is null)
                {
                    throw new InputException(
                        $"{pass.raw.Set.Locate(segment, row)}, column '{pass.program.Recipe.Columns[i].Name}': the value is missing or not finite; use --missing drop, mean, median or keep, or --exclude the column.");
                }
            }
        }
    }
}
