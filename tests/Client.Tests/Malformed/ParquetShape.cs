namespace KMeans.Client.Tests.Malformed;

/// <summary>What a Parquet file of one float column and one row group says about itself. The defaults tell the truth about eight values 0 to 7.</summary>
internal sealed record ParquetShape
{
    public const int Uncompressed = 0;
    public const int Snappy = 1;
    public const int Plain = 0;
    public const int Rle = 3;
    public const int RleDictionary = 8;
    public const int DataPage = 0;
    public const int DictionaryPage = 2;

    public int Codec { get; init; }

    public bool IsOptional { get; init; }

    public int Type { get; init; } = 4;

    public long Rows { get; init; } = 8;

    public long GroupRows { get; init; } = 8;

    public long Slots { get; init; } = 8;

    public long? ChunkBytes { get; init; }

    public long Offset { get; init; } = 4;

    public int Children { get; init; } = 1;

    public int SchemaNodes { get; init; } = 2;

    public int Chunks { get; init; } = 1;

    public int Groups { get; init; } = 1;

    public byte[] Pages { get; init; } = Page(Values());

    /// <summary>The file.</summary>
    public byte[] Build()
    {
        var footer = new CompactThrift().Int(1, 1).Structs(2, SchemaNodes)
            .Element().Text(4, "root").Int(5, Children).End()
            .Element().Int(1, Type).Int(3, IsOptional ? 1 : 0).Text(4, "x").End()
            .Long(3, Rows).Structs(4, Groups)
            .Element().Structs(1, Chunks).Element().Long(2, Offset).Struct(3)
            .Int(1, Type).Texts(3, 1).Raw("x").Int(4, Codec).Long(5, Slots).Long(6, ChunkBytes ?? Pages.Length).Long(7, ChunkBytes ?? Pages.Length).Long(9, Offset)
            .End().End().Long(2, Pages.Length).Long(3, GroupRows).End().End().Bytes;
        return [.. "PAR1"u8, .. Pages, .. footer, .. ArrayCorpus.Int(footer.Length), .. "PAR1"u8];
    }

    /// <summary>A page behind its header.</summary>
    public static byte[] Page(byte[] body, int slots = 8, int encoding = Plain, int type = DataPage, int levels = Rle, long? packed = null, long? unpacked = null)
    {
        var header = new CompactThrift().Int(1, type).Int(2, unpacked ?? body.Length).Int(3, packed ?? body.Length).Struct(type == DictionaryPage ? 7 : 5).Int(1, slots).Int(2, encoding);
        if (type == DataPage)
        {
            header.Int(3, levels).Int(4, levels);
        }

        return [.. header.End().End().Bytes, .. body];
    }

    /// <summary>0, 1, 2 and so on as floats.</summary>
    public static byte[] Values(int count = 8) => [.. Enumerable.Range(0, count).SelectMany(i => BitConverter.GetBytes((float)i))];
}
