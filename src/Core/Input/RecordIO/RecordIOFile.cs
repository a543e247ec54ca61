using System.Buffers.Binary;
using KMeans.Input.Elements;

namespace KMeans.Input.RecordIO;

/// <summary>A recordIO file of protobuf records (application/x-recordio-protobuf): one row a record, as wide as the first. An empty file has no rows and no columns.</summary>
internal sealed class RecordIOFile : InputFile
{
    /// <summary>The format's name on the command line.</summary>
    public const string Name = "recordio";

    /// <summary>Parses the first record and finds where the others begin.</summary>
    /// <param name="source">The file's bytes.</param>
    /// <exception cref="InputException">The first record, or a header that was looked at, is damaged.</exception>
    public RecordIOFile(ByteSource source)
        : base(source, Name)
    {
        if (source.Length == 0)
        {
            Columns = [];
            Index = RecordIndex.Build(source, 0, false);
            return;
        }

        Span<byte> header = stackalloc byte[RecordHeader.Length];
        var payload = new byte[RecordHeader.Parse(source, header[..source.Read(0, header)], 0, 0)];
        source.ReadExactly(RecordHeader.Length, payload, "record 1");
        var parser = new RecordParser();
        if (parser.Parse(payload) is { } problem)
        {
            throw new InputException($"{source.Path}: record 1 {problem}");
        }

        Columns = new NumberedColumns(parser.Width, parser.Type.Name());
        Template = RecordTemplate.Create(payload, parser);
        Index = RecordIndex.Build(source, payload.Length, !parser.IsSparse && parser.Type != ElementType.Int32);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<InputColumn> Columns { get; }

    /// <inheritdoc/>
    public override bool HasColumnNames => false;

    /// <inheritdoc/>
    public override long? RowCount => Index.RecordCount;

    /// <summary>Where the records begin.</summary>
    public RecordIndex Index { get; }

    /// <summary>What records look like that need no parsing, or null.</summary>
    public RecordTemplate? Template { get; }

    /// <summary>Whether a file begins like one of this format.</summary>
    /// <param name="head">The file's first bytes.</param>
    /// <returns>True after the magic number.</returns>
    public static bool Sniff(ReadOnlySpan<byte> head) => head.Length >= sizeof(uint) && BinaryPrimitives.ReadUInt32LittleEndian(head) == RecordHeader.Magic;

    /// <inheritdoc/>
    public override void Prefetch(FileRange range, ColumnSelection selection)
    {
        // Between known offsets: partitions begin and end at them.
        var start = Index.Before(range.Start).Offset;
        var end = range.End < Index.RecordCount ? Index.Before(range.End).Offset : Source.Length;
        Source.Prefetch(start, end - start);
    }

    /// <inheritdoc/>
    public override IRowReader OpenRows(FileRange range, ColumnSelection selection, ColumnTransform transform)
    {
        RowRange.Check(this, range);
        return new RecordRowReader(this, range, selection, transform);
    }

    /// <inheritdoc/>
    public override IValueReader OpenValues(FileRange range, IReadOnlyList<int> ordinals)
    {
        RowRange.Check(this, range);
        return new RecordValueReader(this, range, ordinals);
    }
}
