using KMeans.Input;

namespace KMeans.Preparation;

/// <summary>A file whose columns get names from outside.</summary>
internal sealed class NamedInputFile : InputFile
{
    private readonly InputFile file;

    private NamedInputFile(InputFile file, IReadOnlyList<string> names)
        : base(file.Source, file.Format)
    {
        this.file = file;
        Columns = [.. file.Columns.Select((column, i) => column with { Name = names[i] })];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<InputColumn> Columns { get; }

    /// <inheritdoc/>
    public override bool HasColumnNames => true;

    /// <inheritdoc/>
    public override long? RowCount => file.RowCount;

    /// <inheritdoc/>
    public override bool CanSeek => file.CanSeek;

    /// <summary>Gives a file's columns names.</summary>
    /// <param name="file">The file; taken over.</param>
    /// <param name="names">One for each column, or null: the file's own.</param>
    /// <returns>The file under these names.</returns>
    /// <exception cref="InputException">The file has another number of columns.</exception>
    public static InputFile Wrap(InputFile file, IReadOnlyList<string>? names)
    {
        if (names is null || file.HasColumnNames)
        {
            return file;
        }

        return file.Columns.Count == names.Count
            ? new NamedInputFile(file, names)
            : throw new InputException($"{file.Path}: has {file.Columns.Count} columns where {names.Count} are named; check the file, --names and --delimiter.");
    }

    /// <inheritdoc/>
    internal override int LongestGap => file.LongestGap;

    /// <inheritdoc/>
    public override IRowReader OpenRows(FileRange range, ColumnSelection selection, ColumnTransform transform) => file.OpenRows(range, selection, transform);

    /// <inheritdoc/>
    public override IRowReader OpenRuns(IReadOnlyList<FileRange> runs, ColumnSelection selection, ColumnTransform transform) => file.OpenRuns(runs, selection, transform);

    /// <inheritdoc/>
    public override void Prefetch(FileRange range, ColumnSelection selection) => file.Prefetch(range, selection);

    /// <inheritdoc/>
    public override IValueReader OpenValues(FileRange range, IReadOnlyList<int> ordinals) => file.OpenValues(range, ordinals);

    /// <inheritdoc/>
    public override string Locate(FileRange range, long row) => file.Locate(range, row);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }
}
