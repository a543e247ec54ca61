using KMeans.Input.Parquet.Pages;
using KMeans.Input.Parquet.Values;

namespace KMeans.Input.Parquet.Columns;

/// <summary>A cursor that decodes: the levels and values of loaded pages.</summary>
/// <typeparam name="TValue">What values become.</typeparam>
internal abstract class ValueCursor<TValue> : ColumnCursor
{
    private const int EncodingCount = 10;

    private readonly ValueDecoder<TValue>?[] decoders = new ValueDecoder<TValue>?[EncodingCount];
    private readonly DictionaryDecoder<TValue> dictionaryDecoder = new();
    private readonly int plainWidth;
    private PartDecoder<TValue>? parts;
    private TValue[] dictionary = [];

    /// <summary>Creates a cursor at a row; nothing is read yet.</summary>
    /// <param name="file">The file.</param>
    /// <param name="column">The column.</param>
    /// <param name="range">Rows to read.</param>
    /// <param name="decompressor">This thread's.</param>
    /// <param name="window">Bytes of the file to hold: see <see cref="PageReader"/>.</param>
    protected ValueCursor(ParquetInputFile file, ParquetColumn column, FileRange range, PageDecompressor decompressor, int window)
        : base(file, column, range, decompressor, window)
    {
        Definitions = column.MaxDefinition > 0 ? new LevelDecoder(column.MaxDefinition) : null;
        Repetitions = column.IsList ? new LevelDecoder(1) : null;
        plainWidth = column.Physical switch
        {
            PhysicalType.Int32 or PhysicalType.Float => 4,
            PhysicalType.Int64 or PhysicalType.Double => 8,
            PhysicalType.FixedLenByteArray => column.TypeLength,
            _ => 0,
        };
    }

    /// <summary>The definition levels of the loaded page; null where every value is there.</summary>
    protected LevelDecoder? Definitions { get; }

    /// <summary>The repetition levels of the loaded page; null where rows are no lists.</summary>
    protected LevelDecoder? Repetitions { get; }

    /// <summary>The values of the loaded page.</summary>
    protected ValueDecoder<TValue> Values { get; private set; } = null!;

    /// <summary>Whether the current page's values can be found without decoding those before them, and reading some is better than reading all.</summary>
    private bool IsReadInParts
    {
        get
        {
            var header = Pages.Header;
            return plainWidth > 0 && header.Encoding == PageEncoding.Plain && Pages.IsUncompressed && Pages.PrefersParts
                && (header.Type == PageType.DataV2
                    || ((Repetitions is null || header.RepetitionEncoding == PageEncoding.Rle) && (Definitions is null || header.DefinitionEncoding == PageEncoding.Rle)));
        }
    }

    /// <summary>Loads the current page, or its levels alone where its values are read in parts, and starts its decoders, unless that is done.</summary>
    protected void LoadPage()
    {
        if (IsLoaded)
        {
            return;
        }

        var encoding = Pages.Header.Encoding;
        if (encoding is PageEncoding.PlainDictionary or PageEncoding.RleDictionary)
        {
            if (!FindDictionary())
            {
                dictionaryDecoder.SetDictionary([], 0);
            }

            Values = dictionaryDecoder;
        }
        else
        {
            Values = Decoder(encoding);
        }

        if (IsReadInParts)
        {
            Pages.LoadLevels((Repetitions is null ? 0 : 1) + (Definitions is null ? 0 : 1));
            Values = parts ??= new PartDecoder<TValue>(Pages, Values, plainWidth);
        }
        else
        {
            Pages.Load();
        }

        Values.Begin(Pages.Data, BeginLevels(), Pages.End);
        IsLoaded = true;
    }

    /// <inheritdoc/>
    protected override void LoadDictionary()
    {
        var header = Pages.Header;
        if (header.Encoding is not (PageEncoding.Plain or PageEncoding.PlainDictionary))
        {
            throw File.Refuse(Column, $"has a dictionary in the encoding {ParquetNames.Of(header.Encoding)}, which is not supported");
        }

        // Booleans are the smallest values, eight to a byte.
        if (header.ValueCount > 8L * (Pages.End - Pages.ValueStart))
        {
            throw new InvalidDataException("its dictionary is shorter than declared");
        }

        var decoder = Decoder(PageEncoding.Plain);
        decoder.Begin(Pages.Data, Pages.ValueStart, Pages.End);
        if (dictionary.Length < header.ValueCount)
        {
            dictionary = new TValue[header.ValueCount];
        }

        decoder.Read(header.ValueCount).CopyTo(dictionary);
        dictionaryDecoder.SetDictionary(dictionary, header.ValueCount);
    }

    private ValueDecoder<TValue> Decoder(PageEncoding encoding)
    {
        if ((uint)encoding < EncodingCount && (decoders[(int)encoding] ??= ValueDecoders.Create<TValue>(Column, encoding)) is { } decoder)
        {
            return decoder;
        }

        throw File.Refuse(Column, $"has pages in the encoding {ParquetNames.Of(encoding)}, which is not supported for {Column.TypeName}; write the file again in the encoding PLAIN");
    }

    /// <summary>Starts the levels of the loaded page, or of its loaded levels.</summary>
    /// <returns>Where in the page's array the values begin.</returns>
    private int BeginLevels()
    {
        var header = Pages.Header;
        var start = Pages.ValueStart;
        if (header.Type == PageType.DataV2)
        {
            var definitions = Pages.Start + header.RepetitionBytes;
            Repetitions?.Begin(Pages.LevelData, Pages.Start, definitions);
            Definitions?.Begin(Pages.LevelData, definitions, definitions + header.DefinitionBytes);
            return start;
        }

        if (Repetitions is not null)
        {
            start = Repetitions.Begin(Pages.Data, start, Pages.End, header.RepetitionEncoding, header.ValueCount);
        }

        return Definitions is null ? start : Definitions.Begin(Pages.Data, start, Pages.End, header.DefinitionEncoding, header.ValueCount);
    }
}
