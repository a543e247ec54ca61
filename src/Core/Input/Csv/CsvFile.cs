namespace KMeans.Input.Csv;

/// <summary>A CSV or TSV file in UTF-8, packed with gzip or not. Ranges are bytes; an empty file has no columns and no rows.</summary>
/// <remarks>
/// Lines end in LF or CRLF, the last one may lack it; blank lines are no rows. Fields may be quoted, quotes in them doubled. A quoted field may hold line
/// breaks where no range begins inside the row; <see cref="CsvSniffer"/> says how delimiter, header and text columns are found, <see cref="CsvNumber"/> what a number is.
/// </remarks>
internal sealed class CsvFile : InputFile
{
    /// <summary>The format's name on the command line.</summary>
    public const string Name = "csv";

    private readonly bool isPacked;

    /// <summary>Looks at the first lines.</summary>
    /// <param name="source">The file's bytes.</param>
    /// <param name="options">Header and delimiter, where the user gives them.</param>
    /// <exception cref="InputException">The file is no UTF-8 text, or a gzip file that is damaged or holds another format.</exception>
    public CsvFile(ByteSource source, InputFormatOptions options)
        : base(source, Name)
    {
        Span<byte> head = stackalloc byte[3];
        isPacked = GzipBytes.Sniff(head[..source.Read(0, head)]);
        if (!isPacked && source.Path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            throw new InputException($"{source.Path}: does not begin like a gzip file; write it again, or rename it where it is not packed.");
        }

        if (isPacked)
        {
            CheckContent();
        }

        using var window = OpenWindow(0, CsvSniffer.SampleBytes);
        Dialect = CsvSniffer.Sniff(window, Path, options);
    }

    /// <summary>How the file is written.</summary>
    public CsvDialect Dialect { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<InputColumn> Columns => Dialect.Columns;

    /// <inheritdoc/>
    public override bool HasColumnNames => Dialect.HasHeader;

    /// <inheritdoc/>
    public override long? RowCount => null;

    /// <inheritdoc/>
    public override bool CanSeek => !isPacked;

    /// <inheritdoc/>
    public override IRowReader OpenRows(FileRange range, ColumnSelection selection, ColumnTransform transform)
    {
        CheckRange(range);
        return new CsvRowReader(this, range, selection, transform);
    }

    /// <inheritdoc/>
    public override IValueReader OpenValues(FileRange range, IReadOnlyList<int> ordinals)
    {
        CheckRange(range);
        return new CsvValueReader(this, range, ordinals);
    }

    /// <inheritdoc/>
    public override string Locate(FileRange range, long row)
    {
        using var cursor = new CsvCursor(this, range);
        _ = cursor.Skip(row);
        _ = cursor.MoveToRow();
        return $"line {LineAt(cursor.Window.Offset)}";
    }

    /// <summary>Opens the text at a position.</summary>
    /// <param name="offset">Byte position in the unpacked text.</param>
    /// <param name="rangeEnd">Behind it little is read ahead.</param>
    /// <returns>An own window, positioned there.</returns>
    public CsvWindow OpenWindow(long offset, long rangeEnd)
    {
        if (!isPacked)
        {
            return new CsvWindow(new PlainBytes(Source, offset, rangeEnd), offset, Path);
        }

        var window = new CsvWindow(new GzipBytes(Source), 0, Path);
        window.MoveTo(offset);
        return window;
    }

    /// <summary>The line at a position, as editors count. Reads the text up to there: for error messages.</summary>
    /// <param name="offset">Byte position in the unpacked text.</param>
    /// <returns>1-based.</returns>
    public long LineAt(long offset)
    {
        using var window = OpenWindow(0, offset);
        var line = 1L;
        while (window.Offset < offset && (window.Position < window.Limit || window.Fill()))
        {
            var length = (int)Math.Min(window.Limit - window.Position, offset - window.Offset);
            line += window.Text.Slice(window.Position, length).Count((byte)'\n');
            window.Position += length;
        }

        return line;
    }

    /// <summary>The error about a row with too few or too many fields.</summary>
    /// <param name="offset">Where the row begins.</param>
    /// <param name="fieldCount">How many it has.</param>
    /// <returns>To be thrown.</returns>
    public InputException WrongFieldCount(long offset, int fieldCount) => new(
        $"{Path}: line {LineAt(offset)} has {fieldCount} field{(fieldCount == 1 ? "" : "s")}, the first line has {Columns.Count}; correct the line, or name the delimiter with --delimiter.");

    private void CheckRange(FileRange range)
    {
        if (isPacked && range.Start > 0)
        {
            throw new InputException($"{Path}: a gzip file can only be read from its beginning, in one part.");
        }
    }

    /// <summary>Another format under the packing is named, not read as text.</summary>
    private void CheckContent()
    {
        using var bytes = new GzipBytes(Source);
        Span<byte> head = stackalloc byte[16];
        if (InputFormats.NameByContent(head[..bytes.Read(head)]) is { } format)
        {
            throw new InputException($"{Path}: holds a file of format {(format == Name ? "gzip" : format)}, which is only read unpacked; unpack it with gunzip.");
        }
    }
}
