using KMeans.Input.Elements;

namespace KMeans.Input.Dense;

/// <summary>A file of equal-sized rows of one element type, without column names: npy, fvecs, bvecs, IDX.</summary>
internal abstract class DenseFile : InputFile
{
    /// <summary>Takes over a source whose header has been checked against the file's size.</summary>
    /// <param name="source">The file's bytes.</param>
    /// <param name="format">The format's name on the command line.</param>
    /// <param name="layout">Where the rows are.</param>
    protected DenseFile(ByteSource source, string format, DenseLayout layout)
        : base(source, format)
    {
        Layout = layout;
        Columns = new NumberedColumns(layout.ColumnCount, layout.Type.Name());
    }

    /// <summary>Where the rows are.</summary>
    public DenseLayout Layout { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<InputColumn> Columns { get; }

    /// <inheritdoc/>
    public override bool HasColumnNames => false;

    /// <inheritdoc/>
    public override long? RowCount => Layout.RowCount;

    /// <summary>Every row is found at once.</summary>
    internal override int LongestGap => 0;

    /// <inheritdoc/>
    public override IRowReader OpenRows(FileRange range, ColumnSelection selection, ColumnTransform transform)
    {
        RowRange.Check(this, range);
        return new DenseRowReader(Source, Layout, range, new ElementRowWriter(Layout.Type, Layout.ColumnCount, selection, transform));
    }

    /// <inheritdoc/>
    public override IRowReader OpenRuns(IReadOnlyList<FileRange> runs, ColumnSelection selection, ColumnTransform transform)
    {
        var range = new FileRange(0, runs[^1].End);
        RowRange.Check(this, range);
        return new RunReader(new DenseRowReader(Source, Layout, range, new ElementRowWriter(Layout.Type, Layout.ColumnCount, selection, transform)) { ReadsAhead = false }, runs);
    }

    /// <inheritdoc/>
    public override void Prefetch(FileRange range, ColumnSelection selection) => Source.Prefetch(Layout.Start + (range.Start * Layout.Stride), (range.End - range.Start) * Layout.Stride);

    /// <inheritdoc/>
    public override IValueReader OpenValues(FileRange range, IReadOnlyList<int> ordinals)
    {
        RowRange.Check(this, range);
        return new DenseValueReader(Source, Layout, range, ordinals);
    }
}
