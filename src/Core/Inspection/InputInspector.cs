using KMeans.Coordination;
using KMeans.Input;
using KMeans.Training;

namespace KMeans.Inspection;

/// <summary>Reads an input to say what is in it.</summary>
public static class InputInspector
{
    private const int TileValues = 1 << 16;

    /// <summary>Opens the numeric columns of files for <see cref="Run"/>.</summary>
    /// <param name="files">In order; taken over, and disposed if this fails.</param>
    /// <param name="choice">The columns wanted; those that are not numeric are passed over.</param>
    /// <returns>The input, or null where no column is left, with the files still open.</returns>
    /// <exception cref="InputException">A named column does not exist, or a further file lacks a column of the first.</exception>
    public static InputSet? OpenNumeric(IReadOnlyList<InputFile> files, ColumnChoice choice)
    {
        var columns = files[0].Columns;
        var excluded = (choice.Exclude ?? []).ToHashSet();
        var wanted = choice.Columns?.ToHashSet();
        var unknown = excluded.Concat(wanted ?? []).FirstOrDefault(name => !columns.Any(column => column.Name == name));
        var names = columns.Where(column => column.IsNumeric && !excluded.Contains(column.Name) && wanted?.Contains(column.Name) != false).Select(column => column.Name).ToList();

        // An unknown name is left in the choice, so that it is refused in the same words as in a training.
        return names.Count == 0 && unknown is null ? null : InputSet.Create(files, unknown is null ? new ColumnChoice(names) : choice);
    }

    /// <summary>Describes an input. O(n d) time; O(d) memory a thread and log n partitions.</summary>
    /// <param name="files">The files.</param>
    /// <param name="input">Their numeric columns: see <see cref="OpenNumeric"/>; or null.</param>
    /// <param name="sampleRows">How many rows to read from the start, or null for all.</param>
    /// <param name="threads">Threads, or null for one a core. Never changes the result.</param>
    /// <param name="advanced">Told the rows of each batch from any thread, or null.</param>
    /// <param name="cancellation">Stops within a batch.</param>
    /// <returns>The profile.</returns>
    /// <exception cref="InputException">A file is damaged, or a field is not a number: names the file, row and column.</exception>
    public static InputProfile Run(
        IReadOnlyList<InputFile> files, InputSet? input, long? sampleRows = null, int? threads = null, Action<int>? advanced = null, CancellationToken cancellation = default)
    {
        var sums = input is null ? new ColumnSums(0) : sampleRows is { } most ? ReadFirst(input, most, advanced, cancellation) : ReadAll(input, threads, advanced, cancellation);
        var known = files.All(file => file.RowCount is not null) ? files.Sum(file => file.RowCount!.Value) : (long?)null;
        var readAll = input is not null && (sampleRows is null || sums.Rows < sampleRows);
        return new InputProfile(
            files.Count, files.Sum(file => file.Source.Length), files.Select(file => file.Format).Distinct().ToArray(), known ?? (readAll ? sums.Rows : null), sums.Rows,
            input?.Partitions.Count ?? 0, Describe(files[0].Columns, input, sums));
    }

    private static List<ColumnProfile> Describe(IReadOnlyList<InputColumn> columns, InputSet? input, ColumnSums sums)
    {
        var values = new Dictionary<string, ValueProfile>();
        var first = 0;
        foreach (var column in input?.Columns ?? [])
        {
            values[column.Name] = sums.Describe(first, column.Width);
            first += column.Width;
        }

        return columns.Select(column => new ColumnProfile(column, values.GetValueOrDefault(column.Name))).ToList();
    }

    private static ColumnSums ReadAll(InputSet input, int? threads, Action<int>? advanced, CancellationToken cancellation)
    {
        using var pool = new ComputeThreads(threads ?? Environment.ProcessorCount);
        var batches = new RowBatch<double>?[pool.WorkerCount];
        var tree = new MergeTree<ColumnSums>(input.Partitions.Count, static (earlier, later) => earlier.Merge(later));
        using var readAhead = new ReadAhead(input, input.Partitions, pool.WorkerCount);
        pool.Run(input.Partitions.Count, (w, p) =>
        {
            readAhead.Begin(p);
            var sums = new ColumnSums(input.FeatureCount);
            Read(input, input.Partitions[p], batches[w] ??= NewBatch(input), sums, long.MaxValue, advanced, cancellation);
            tree.Add(p, sums);
        }, cancellation);
        return tree.Root ?? new ColumnSums(input.FeatureCount);
    }

    private static ColumnSums ReadFirst(InputSet input, long most, Action<int>? advanced, CancellationToken cancellation)
    {
        var sums = new ColumnSums(input.FeatureCount);
        var batch = NewBatch(input);
        foreach (var partition in input.Partitions)
        {
            Read(input, partition, batch, sums, most, advanced, cancellation);
            if (sums.Rows == most)
            {
                break;
            }
        }

        return sums;
    }

    private static void Read(
        InputSet input, Partition partition, RowBatch<double> batch, ColumnSums sums, long most, Action<int>? advanced, CancellationToken cancellation)
    {
        foreach (var segment in partition.Segments)
        {
            using var reader = input.OpenRows(segment, ColumnTransform.Identity(input.FeatureCount));
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                batch.Count = 0;
                var rows = reader.Read(batch, (int)Math.Min(batch.Capacity, most - sums.Rows));
                if (rows == 0)
                {
                    break;
                }

                sums.Add(batch.Samples, rows);
                advanced?.Invoke(rows);
            }
        }
    }

    private static RowBatch<double> NewBatch(InputSet input) => new(Math.Clamp(TileValues / input.FeatureCount, 1, 8192), input.FeatureCount, weighted: false);
}
