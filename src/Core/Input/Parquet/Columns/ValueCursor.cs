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
    private TValue[] dictionary = [];

    /// <summary>Creates a cursor at a row; nothing is read yet.</summary>
    /// <param name="file">The file.</param>
    /// <param name="column">The column.</param>
    /// <param name="row">Index of the first row.</param>
    /// <param name="decompressor">This thread's.</param>
    /// <param name="readAhead">Bytes to fetch beyond a page.</param>
    protected ValueCursor(ParquetInputFile file, ParquetColumn column, long row, PageDecompressor decompressor, int readAhead)
        : base(file, column, row, decompressor, readAhead)
    {
        Definitions = column.MaxDefinition > 0 ? new LevelDecoder(column.MaxDefinition) : null;
        Repetitions = column.IsList ? new LevelDecoder(1) : null;
    }

    /// <summary>The definition levels of the loaded page; null where every value is there.</summary>
    protected LevelDecoder? Definitions { get; }

    /// <summary>The repetition levels of the loaded page; null where rows are no lists.</summary>
    protected LevelDecoder? Repetitions { get; }

    /// <summary>The values of the loaded page.</summary>
    protected ValueDecoder<TValue> Values { get; private set; } = null!;

    /// <summary>Loads the current page and starts its decoders, unless that is done.</summary>
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

        Pages.Load();
        var start = Pages.Header.Type == PageType.DataV2 ? BeginLevelsV2() : BeginLevels();
        Values.Begin(Pages.Data, start, Pages.End);
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

    private int BeginLevels()
    {
        var header = Pages.Header;
        var start = Pages.ValueStart;
        if (Repetitions is not null)
        {
            start = Repetitions.Begin(Pages.Data, start, Pages.End, header.RepetitionEncoding, header.ValueCount);
        }

        return Definitions is null ? start : Definitions.Begin(Pages.Data, start, Pages.End, header.DefinitionEncoding, header.ValueCount);
    }

    private int BeginLevelsV2()
    {
        var header = Pages.Header;
        var definitions = Pages.Start + header.RepetitionBytes;
        Repetitions?.Begin(Pages.LevelData, Pages.Start, definitions);
        Definitions?.Begin(Pages.LevelData, definitions, definitions + header.DefinitionBytes);
        return Pages.ValueStart;
    }
}
