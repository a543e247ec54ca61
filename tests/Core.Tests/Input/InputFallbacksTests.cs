using KMeans.Input;

namespace KMeans.Tests.Input;

public class InputFallbacksTests
{
    private static readonly InputColumn Number = new("x", "float");
    private static readonly InputColumn Nested = new("points", "nested", Width: 0, Obstacle: "is nested");

    [Fact]
    public void Complete_WithANumericColumn_AsksNoFallback()
    {
        using var file = new FakeFile([Nested, Number]);

        Assert.Same(file, InputFallbacks.Complete(file, [new FakeFallback(_ => throw new InvalidOperationException())]));
    }

    [Fact]
    public void Complete_WithoutANumericColumn_TakesTheFirstWillingFallback()
    {
        using var file = new FakeFile([Nested]);
        using var other = new FakeFile([Number]);

        var completed = InputFallbacks.Complete(
            file,
            [new FakeFallback(_ => null), new FakeFallback(_ => other), new FakeFallback(_ => throw new InvalidOperationException())]);

        Assert.Same(other, completed);
    }

    [Fact]
    public void Complete_WhenNoFallbackIsWilling_KeepsTheFileOpen()
    {
        using var file = new FakeFile([Nested]);

        Assert.Same(file, InputFallbacks.Complete(file, [new FakeFallback(_ => null)]));
        Assert.False(((FakeSource)file.Source).IsDisposed);
    }

    [Fact]
    public void Complete_WhenAFallbackFails_DisposesTheFile()
    {
        using var file = new FakeFile([Nested]);

        Assert.Throws<InputException>(() => InputFallbacks.Complete(file, [new FakeFallback(_ => throw new InputException("damaged"))]));
        Assert.True(((FakeSource)file.Source).IsDisposed);
    }

    private sealed class FakeFallback(Func<ByteSource, InputFile?> open) : IInputFallback
    {
        public string Name => "fake";

        public InputFile? TryOpen(ByteSource source, string refusal) => open(source);
    }

    private sealed class FakeFile(InputColumn[] columns) : InputFile(new FakeSource(), "fake")
    {
        public override IReadOnlyList<InputColumn> Columns => columns;

        public override bool HasColumnNames => true;

        public override long? RowCount => 0;

        public override IRowReader OpenRows(FileRange range, ColumnSelection selection, ColumnTransform transform) => throw new NotSupportedException();

        public override IValueReader OpenValues(FileRange range, IReadOnlyList<int> ordinals) => throw new NotSupportedException();
    }

    private sealed class FakeSource : ByteSource
    {
        public override string Path => "fake";

        public override long Length => 0;

        public bool IsDisposed { get; private set; }

        protected override int ReadSome(long offset, Span<byte> buffer) => 0;

        protected override void Dispose(bool disposing) => IsDisposed = true;
    }
}
