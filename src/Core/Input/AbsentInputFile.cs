namespace KMeans.Input;

/// <summary>A file of the input that another instance has: its size counts in the plan of partitions, its rows cannot be read here.</summary>
internal sealed class AbsentInputFile : InputFile
{
    private readonly long? rowCount;
    private readonly bool canSeek;

    /// <summary>Stands for a file.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="rowCount">Its rows, or null where only reading would tell.</param>
    /// <param name="canSeek">Whether reading can begin anywhere.</param>
    /// <param name="columns">The columns that are wanted of it.</param>
    /// <param name="hasColumnNames">Whether they have names.</param>
    public AbsentInputFile(string name, long length, long? rowCount, bool canSeek, IReadOnlyList<InputColumn> columns, bool hasColumnNames)
        : base(new AbsentBytes(name, length), "absent")
    {
        (this.rowCount, this.canSeek) = (rowCount, canSeek);
        Columns = columns;
        HasColumnNames = hasColumnNames;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<InputColumn> Columns { get; }

    /// <inheritdoc/>
    public override bool HasColumnNames { get; }

    /// <inheritdoc/>
    public override long? RowCount => rowCount;

    /// <inheritdoc/>
    public override bool CanSeek => canSeek;

    /// <inheritdoc/>
    public override IRowReader OpenRows(FileRange range, ColumnSelection selection, ColumnTransform transform) => throw NotHere();

    /// <inheritdoc/>
    public override IValueReader OpenValues(FileRange range, IReadOnlyList<int> ordinals) => throw NotHere();

    private InputException NotHere() => new($"{Path}: the file is on another instance.");

    private sealed class AbsentBytes(string name, long length) : ByteSource
    {
        public override string Path => name;

        public override long Length => length;

        protected override int ReadSome(long offset, Span<byte> buffer) => throw new InputException($"{name}: the file is on another instance.");

        protected override void Dispose(bool disposing)
        {
        }
    }
}
