using KMeans.Input;

namespace KMeans.Tests.Support;

/// <summary>A file that is all schema and size: for what is decided without reading.</summary>
internal sealed class StubFile(string path, long? rows, long bytes = 0, bool canSeek = true, bool named = true, params InputColumn[] columns)
    : InputFile(new StubBytes(path, bytes), "stub")
{
    public override IReadOnlyList<InputColumn> Columns { get; } = columns.Length > 0 ? columns : [new InputColumn("a", "double")];

    public override bool HasColumnNames => named;

    public override long? RowCount => rows;

    public override bool CanSeek => canSeek;

    public override IRowReader OpenRows(FileRange range, ColumnSelection selection, ColumnTransform transform) => throw new InvalidOperationException();

    public override IValueReader OpenValues(FileRange range, IReadOnlyList<int> ordinals) => throw new InvalidOperationException();

    private sealed class StubBytes(string path, long length) : ByteSource
    {
        public override string Path => path;

        public override long Length => length;

        protected override int ReadSome(long offset, Span<byte> buffer) => 0;

        protected override void Dispose(bool disposing)
        {
        }
    }
}
