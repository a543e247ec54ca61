using KMeans.Coordination;
using KMeans.Input;
using KMeans.Output;
using KMeans.Prediction;

namespace KMeans.Preparation;

/// <summary>Is told what is being done and gives back who is told of rows.</summary>
/// <param name="phase">One or two words.</param>
/// <param name="input">What is read.</param>
/// <returns>Called with the rows of each batch, from any thread.</returns>
public delegate Action<int> PreparationProgress(string phase, InputSet input);

/// <summary>Prepares rows: reads raw files of any size, selects and changes rows, writes Parquet with the recipe. O(n) time, memory bounded by the columns and threads.</summary>
/// <remarks>
/// At most two passes over the input: one counts categories, where they are asked for; one selects rows. Where statistics or another order are asked for, selected rows wait on the disk, beside the
/// output, until all are known. The output's bytes depend on the input, the options and the seed alone.
/// </remarks>
public sealed class Preparer
{
    private const int ValuesPerBatch = 1 << 16;
    private const int BatchesPerThread = 8;

    /// <summary>What a field takes in a CSV file at least: a digit and a separator.</summary>
    private const long LeastFieldBytes = 2;

    private readonly RawInput raw;
    private readonly PreparedOutput output;
    private readonly ComputeThreads threads;
    private readonly PreparationProgress? progress;
    private readonly CancellationToken cancellation;

    /// <summary>The kept columns' places among the values that are read, and what they are.</summary>
    private readonly int[] keptPlaces;
    private readonly KeptColumn[] kept;
    private readonly int capacity;

    private Preparer(RawInput raw, RecipeProgram program, PreparedOutput output, ComputeThreads threads, PreparationProgress? progress, CancellationToken cancellation)
    {
        this.raw = raw;
        this.output = output;
        this.threads = threads;
        this.progress = progress;
        this.cancellation = cancellation;
        keptPlaces = [.. output.Keep.Select(name => raw.Values.Columns.ToList().FindIndex(column => column.Name == name))];
        kept = [.. keptPlaces.Select(place => raw.Values.Columns[place]), .. output.WeightColumn is { } weight ? [new KeptColumn(weight, ValueKind.Real)] : Array.Empty<KeptColumn>()];
        capacity = Math.Clamp(ValuesPerBatch / (program.CellCount + raw.Values.Columns.Count + 1), 64, 4096);
    }

    /// <summary>Refuses an output that cannot be written, before any work.</summary>
    /// <param name="output">The output.</param>
    /// <exception cref="InputException">Names the option.</exception>
    public static void Check(PreparedOutput output)
    {
        foreach (var path in new[] { output.Path, output.TestPath })
        {
            if (path is not null && !path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase))
            {
                throw new InputException($"{path}: prepared rows are Parquet; choose a name that ends with .parquet.");
            }

            if (path is not null)
            {
                StagedFile.Check(path, output.Overwrite);
            }
        }

        if (output.TestPath == output.Path)
        {
            throw new InputException($"--test-output {output.TestPath}: is the name of --output too; choose another.");
        }
    }

    /// <summary>Prepares rows and finds the recipe.</summary>
    /// <param name="files">Raw files, in order; taken over and disposed.</param>
    /// <param name="options">What is wanted.</param>
    /// <param name="output">Where the rows go; they appear complete or not at all.</param>
    /// <param name="threadCount">Threads, or null for one a core. Never changes the output.</param>
    /// <param name="progress">Told of progress, or null.</param>
    /// <param name="cancellation">Stops within a batch.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="InputException">The files or the options are wrong.</exception>
    public static PreparationResult Run(
        IReadOnlyList<InputFile> files, PreparationOptions options, PreparedOutput output, int? threadCount = null, PreparationProgress? progress = null, CancellationToken cancellation = default)
    {
        var named = Named(files, options.Names, () => Check(output));
        Recipe draft;
        try
        {
            draft = RecipeDraft.Make(named[0], options, output.Copied);
        }
        catch
        {
            Dispose(named);
            throw;
        }

        var program = RecipeProgram.Compile(draft);
        using var raw = RawInput.Open(named, program, output.Keep, output.WeightColumn);
        using var threads = new ComputeThreads(threadCount ?? Environment.ProcessorCount);
        var preparer = new Preparer(raw, program, output, threads, progress, cancellation);
        if (options.OneHot.Count > 0)
        {
            draft = preparer.CountCategories(program, options.OneHot);
        }

        var needsStatistics = options.Scale != ColumnSpread.None || options.Missing is MissingNumbers.Mean or MissingNumbers.Median;
        return preparer.Write(draft, needsStatistics ? options : null);
    }

    /// <summary>Prepares rows with a recipe that is known.</summary>
    /// <param name="files">Raw files, in order; taken over and disposed.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="output">Where the rows go; they appear complete or not at all.</param>
    /// <param name="threadCount">Threads, or null for one a core. Never changes the output.</param>
    /// <param name="progress">Told of progress, or null.</param>
    /// <param name="cancellation">Stops within a batch.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="InputException">The files are not such as the recipe is for.</exception>
    public static PreparationResult Run(
        IReadOnlyList<InputFile> files, Recipe recipe, PreparedOutput output, int? threadCount = null, PreparationProgress? progress = null, CancellationToken cancellation = default)
    {
        var named = Named(files, recipe.Names, () => Check(output));
        var program = RecipeProgram.Compile(recipe);
        using var raw = RawInput.Open(named, program, output.Keep, output.WeightColumn);
        using var threads = new ComputeThreads(threadCount ?? Environment.ProcessorCount);
        return new Preparer(raw, program, output, threads, progress, cancellation).Write(recipe, null);
    }

    private static List<InputFile> Named(IReadOnlyList<InputFile> files, IReadOnlyList<string>? names, Action check)
    {
        var named = new List<InputFile>(files);
        try
        {
            check();
            for (var i = 0; i < named.Count; i++)
            {
                named[i] = named[i].Recipe is null
                    ? NamedInputFile.Wrap(named[i], names)
                    : throw new InputException($"{named[i].Path}: is prepared already; give the raw rows.");
            }

            return named;
        }
        catch
        {
            Dispose(named);
            throw;
        }
    }

    private static void Dispose(List<InputFile> files) => files.ForEach(file => file.Dispose());

    /// <summary>The first pass: which categories are frequent, over all rows, whatever the condition says.</summary>
    private Recipe CountCategories(RecipeProgram program, IReadOnlyList<(string Column, int? Most)> choices)
    {
        var columns = choices.Select(choice => (choice.Column, program.Schema.Resolve(choice.Column))).ToList();
        var counts = new CategoryCounts?[threads.WorkerCount];
        var readers = new RawReader?[threads.WorkerCount];
        var advanced = progress?.Invoke("counting", raw.Set);
        try
        {
            using var readAhead = new ReadAhead(raw.Set, raw.Set.Partitions, threads.WorkerCount);
            threads.Run(raw.Set.Partitions.Count, (w, p) =>
            {
                readAhead.Begin(p);
                var reader = readers[w] ??= new RawReader(raw, capacity);
                var own = counts[w] ??= new CategoryCounts(columns);
                foreach (var segment in raw.Set.Partitions[p].Segments)
                {
                    reader.Open(segment);
                    while (reader.Read(capacity) is > 0 and var count)
                    {
                        cancellation.ThrowIfCancellationRequested();
                        for (var i = 0; i < count; i++)
                        {
                            own.Add(reader.Batch, i);
                        }

                        advanced?.Invoke(count);
                    }
                }
            }, cancellation);
        }
        finally
        {
            Array.ForEach(readers, reader => reader?.Dispose());
        }

        var all = new CategoryCounts(columns);
        foreach (var own in counts)
        {
            if (own is not null)
            {
                all.Merge(own);
            }
        }

        var recipe = program.Recipe;
        return recipe with
        {
            Columns = [.. recipe.Columns.Select(column => column.Categories is null
                ? column
                : column with { Categories = all.Top(columns.FindIndex(choice => choice.Column == column.Name), choices.First(choice => choice.Column == column.Name).Most) })],
        };
    }

    /// <summary>The second pass: selects rows and writes them, or keeps them until statistics and order are known.</summary>
    private PreparationResult Write(Recipe recipe, PreparationOptions? statistics)
    {
        RecipeText.Check(recipe, output.Path);
        if (output.WeightColumn is { } weight && output.Keep.Contains(weight))
        {
            throw new InputException($"--keep {weight}: is the weight column, which is kept anyway; leave it out of --keep.");
        }

        if (recipe.FeatureNames().Intersect(output.Copied).FirstOrDefault() is { } twice)
        {
            throw new InputException($"--keep {twice}: is the name of a feature too, and a file's columns are told apart by name; leave it out of one of the two.");
        }

        var program = RecipeProgram.Compile(recipe);
        var needsSpill = statistics is not null || output.Shuffle;
        using var spill = needsSpill ? new RowSpill(output.Path, program.CellCount, kept, output.Shuffle, ExpectedBytes(program)) : null;
        using var direct = needsSpill ? null : new PreparedFiles(program, kept, output);
        var quantiles = statistics is { Scale: ColumnSpread.Robust } or { Missing: MissingNumbers.Median } ? new QuantileSample(program.CellCount, output.Seed) : null;
        var pass = new SelectionPass(raw, program, output, keptPlaces, kept, capacity)
        {
            FillsLater = statistics?.Missing is MissingNumbers.Mean or MissingNumbers.Median,
            TakesMoments = statistics is not null,
            Quantiles = quantiles,
        };
        var totals = pass.Run((IPreparedSink?)spill ?? direct!, threads, BatchesPerThread, progress?.Invoke("selecting", raw.Set), cancellation);
        if (totals.Kept == 0)
        {
            throw new InputException($"{raw.Set.Files[0].Path}: none of {totals.Read:#,0} rows is left; check --where, --one-hot and --missing.");
        }

        if (direct is not null)
        {
            direct.Commit();
            return Result(recipe, direct, totals);
        }

        recipe = statistics is null ? recipe : Complete(recipe, statistics, totals.Moments!, quantiles);
        using var files = new PreparedFiles(RecipeProgram.Compile(recipe), kept, output);
        spill!.Replay(files, new PreparedRows(capacity, program.CellCount, kept), capacity, progress?.Invoke("writing", raw.Set), cancellation);
        files.Commit();
        return Result(recipe, files, totals);
    }

    private static PreparationResult Result(Recipe recipe, PreparedFiles files, SelectionTotals totals) =>
        new(recipe, totals.Read, files.Rows, files.TestRows, totals.Filtered, totals.RareCategories, totals.Incomplete);

    private static Recipe Complete(Recipe recipe, PreparationOptions options, CellMoments moments, QuantileSample? quantiles)
    {
        var columns = recipe.Columns.Select((column, i) =>
        {
            if (column.Categories is not null)
            {
                return column;
            }

            double? fill = options.Missing switch
            {
                MissingNumbers.Mean => moments.Of(i).Mean,
                MissingNumbers.Median => quantiles!.Quartiles(i, null).Median,
                _ => null,
            };
            switch (options.Scale)
            {
                case ColumnSpread.Standard:
                    var (mean, deviation) = moments.Filled(i, fill);
                    return column with { Fill = fill, Subtract = mean, DivideBy = Divisor(deviation) };
                case ColumnSpread.Robust:
                    var (low, median, high) = quantiles!.Quartiles(i, fill);
                    return column with { Fill = fill, Subtract = median, DivideBy = Divisor(high - low) };
                default:
                    return column with { Fill = fill };
            }
        });
        return recipe with { Columns = [.. columns] };
    }

    /// <summary>A column without spread is not divided.</summary>
    private static double? Divisor(double spread) => spread > 0 && double.IsFinite(spread) && double.IsFinite(1 / spread) ? spread : null;

    private long ExpectedBytes(RecipeProgram program)
    {
        var files = raw.Set.Files;
        var rows = raw.Set.RowCount ?? files.Sum(file => file.Source.Length * (file.CanSeek ? 1 : 8) / (LeastFieldBytes * Math.Max(1, file.Columns.Count)));
        return rows * (16 + (sizeof(double) * (program.CellCount + (2L * kept.Length))));
    }
}
