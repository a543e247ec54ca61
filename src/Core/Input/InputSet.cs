using KMeans.Preparation;

namespace KMeans.Input;

/// <summary>All files of one input seen as one sequence of rows, cut into partitions.</summary>
/// <remarks>Thread-safe; the readers it opens are not. Disposing it closes the files.</remarks>
public sealed class InputSet : IDisposable
{
    private readonly ColumnSelection[] selections;

    private InputSet(IReadOnlyList<InputFile> files, IReadOnlyList<FeatureColumn> columns, bool columnsAreNamed, ColumnSelection[] selections, DistanceMeasure distance)
    {
        Files = files;
        Columns = columns;
        ColumnsAreNamed = columnsAreNamed;
        this.selections = selections;
        FeatureNames = columns.SelectMany(column => column.FeatureNames()).ToArray();
        IsWeighted = selections[0].WeightOrdinal >= 0;
        RowCount = files.All(file => file.RowCount is not null) ? files.Sum(file => file.RowCount!.Value) : null;
        Partitions = PartitionPlan.Make(files, FeatureCount);
        KeyCount = PartitionPlan.KeyCount(files);
        Recipe = CommonRecipe(files);
        Distance = distance;
    }

    /// <summary>The files in their order.</summary>
    public IReadOnlyList<InputFile> Files { get; }

    /// <summary>The columns that make the features, in order.</summary>
    public IReadOnlyList<FeatureColumn> Columns { get; }

    /// <summary>Whether the columns' names are the files' own, so that other files match by name.</summary>
    public bool ColumnsAreNamed { get; }

    /// <summary>The features' names, length d.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>d.</summary>
    public int FeatureCount => FeatureNames.Count;

    /// <summary>The steps that made the columns; null where none are known.</summary>
    public Recipe? Recipe { get; }

    /// <summary>What makes two rows near. Where it is the cosine, rows are read divided by their length.</summary>
    public DistanceMeasure Distance { get; }

    /// <summary>Whether there is a weight column.</summary>
    public bool IsWeighted { get; }

    /// <summary>n, or null where only reading would tell.</summary>
    public long? RowCount { get; }

    /// <summary>The partitions in order.</summary>
    public IReadOnlyList<Partition> Partitions { get; }

    /// <summary>One more than the largest key that a row can have.</summary>
    internal long KeyCount { get; }

    /// <summary>Total size in bytes.</summary>
    public long TotalBytes => Files.Sum(file => file.Source.Length);

    /// <summary>Bytes read so far, by all readers.</summary>
    public long BytesRead => Files.Sum(file => file.Source.BytesRead);

    /// <summary>Makes an input of opened files.</summary>
    /// <param name="files">In their order; taken over, and disposed if this fails.</param>
    /// <param name="choice">The columns wanted.</param>
    /// <returns>The input.</returns>
    /// <exception cref="InputException">The columns cannot be had, or not from every file.</exception>
    public static InputSet Create(IReadOnlyList<InputFile> files, ColumnChoice choice) => Guard(files, () =>
    {
        var columns = ColumnResolver.Choose(files[0], choice);
        return Select(files, columns, files[0].HasColumnNames, choice);
    });

    /// <summary>Makes an input whose rows have the columns that a model was trained on.</summary>
    /// <param name="files">In their order; taken over, and disposed if this fails.</param>
    /// <param name="columns">The model's columns.</param>
    /// <param name="columnsAreNamed">Whether their names are to be matched; else positions are.</param>
    /// <param name="choice">The weight column, and columns to pass over by position.</param>
    /// <returns>The input.</returns>
    /// <exception cref="InputException">A file lacks a column.</exception>
    public static InputSet Match(IReadOnlyList<InputFile> files, IReadOnlyList<FeatureColumn> columns, bool columnsAreNamed, ColumnChoice choice) =>
        Guard(files, () => Select(files, columns, columnsAreNamed, choice));

    /// <summary>Opens a partition for reading.</summary>
    /// <param name="partition">One of <see cref="Partitions"/>.</param>
    /// <param name="transform">Length d.</param>
    /// <param name="missing">What to do about missing values.</param>
    /// <param name="fill">Length d, in the transformed space: what a missing value becomes under <see cref="MissingPolicy.Mean"/>.</param>
    /// <returns>The reader.</returns>
    public PartitionReader Open(Partition partition, ColumnTransform transform, MissingPolicy missing, float[] fill) => new(this, partition, transform, missing, fill);

    /// <summary>Says that a partition will be read soon, so that slow storage fetches it while others are computed with: see <see cref="ByteSource.Prefetch"/>.</summary>
    /// <param name="partition">One of <see cref="Partitions"/>.</param>
    public void Prefetch(Partition partition)
    {
        foreach (var segment in partition.Segments)
        {
            Prefetch(segment.File, segment.Range);
        }
    }

    /// <summary>Whether what is prefetched goes to a few blocks of our own instead of the page cache.</summary>
    internal bool ReadsAroundCache { get; private set; }

    /// <summary>Has prefetched bytes of local files read around the page cache, or no longer.</summary>
    /// <param name="blocks">Where they are kept; null for the page cache.</param>
    internal void ReadThrough(DirectBlocks? blocks)
    {
        ReadsAroundCache = blocks is not null;
        foreach (var file in Files)
        {
            (file.Source as LocalByteSource)?.ReadThrough(blocks);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in Files)
        {
            file.Dispose();
        }
    }

    /// <summary>Opens a part of one file.</summary>
    /// <param name="segment">The part.</param>
    /// <param name="transform">Length d.</param>
    /// <returns>The reader.</returns>
    internal IRowReader OpenRows(PartitionSegment segment, ColumnTransform transform) =>
        Read(transform, own => Files[segment.File].OpenRows(segment.Range, selections[segment.File], own));

    /// <summary>Opens runs of rows of one file.</summary>
    /// <param name="file">The file's position.</param>
    /// <param name="runs">In order and disjoint; at least one.</param>
    /// <param name="transform">Length d.</param>
    /// <returns>The reader.</returns>
    internal IRowReader OpenRuns(int file, IReadOnlyList<FileRange> runs, ColumnTransform transform) =>
        Read(transform, own => Files[file].OpenRuns(runs, selections[file], own));

    /// <summary>Says that a part of one file will be read soon.</summary>
    /// <param name="file">The file's position.</param>
    /// <param name="range">The part.</param>
    internal void Prefetch(int file, FileRange range) => Files[file].Prefetch(range, selections[file]);

    /// <summary>Where a row is, for a message.</summary>
    /// <param name="segment">The part that was being read.</param>
    /// <param name="row">As in <see cref="RowBatch{T}.Rows"/>.</param>
    /// <returns>"data.csv: line 13".</returns>
    internal string Locate(PartitionSegment segment, long row) => $"{Files[segment.File].Path}: {Files[segment.File].Locate(segment.Range, row)}";

    private IRowReader Read(ColumnTransform transform, Func<ColumnTransform, IRowReader> open) =>
        Distance == DistanceMeasure.Cosine ? new UnitRowReader(open(ColumnTransform.Identity(FeatureCount)), transform, IsWeighted) : open(transform);

    private static InputSet Select(IReadOnlyList<InputFile> files, IReadOnlyList<FeatureColumn> columns, bool named, ColumnChoice choice)
    {
        var selections = files.Select(file => ColumnResolver.Select(file, columns, named, choice)).ToArray();
        return new InputSet(files, columns, named, selections, choice.Distance);
    }

    private static Recipe? CommonRecipe(IReadOnlyList<InputFile> files)
    {
        // Of a file that another instance has nothing is known here, and nothing needs to be.
        var here = files.Where(file => file is not AbsentInputFile).ToArray();
        var texts = here.Select(file => file.Recipe is { } recipe ? RecipeText.Write(recipe) : null).ToArray();
        return Array.FindIndex(texts, text => text != texts[0]) is > 0 and var other
            ? throw new InputException($"{here[other].Path}: was not prepared with the same recipe as {here[0].Path}; prepare all files in one go, or with --recipe.")
            : here.FirstOrDefault()?.Recipe;
    }

    private static InputSet Guard(IReadOnlyList<InputFile> files, Func<InputSet> make)
    {
        ArgumentOutOfRangeException.ThrowIfZero(files.Count);
        try
        {
            return make();
        }
        catch
        {
            foreach (var file in files)
            {
                file.Dispose();
            }

            throw;
        }
    }
}
