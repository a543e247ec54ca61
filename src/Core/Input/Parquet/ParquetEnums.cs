namespace KMeans.Input.Parquet;

/// <summary>How values are stored; the numbers are the format's.</summary>
internal enum PhysicalType
{
    /// <summary>One bit.</summary>
    Boolean = 0,

    /// <summary>32-bit integer.</summary>
    Int32 = 1,

    /// <summary>64-bit integer.</summary>
    Int64 = 2,

    /// <summary>Legacy 96-bit timestamp.</summary>
    Int96 = 3,

    /// <summary>float32.</summary>
    Float = 4,

    /// <summary>float64.</summary>
    Double = 5,

    /// <summary>Bytes, each value with its length.</summary>
    ByteArray = 6,

    /// <summary>Bytes, all values of one length.</summary>
    FixedLenByteArray = 7,
}

/// <summary>How often a field occurs in its parent; the numbers are the format's.</summary>
internal enum FieldRepetition
{
    /// <summary>Once.</summary>
    Required = 0,

    /// <summary>Once or not at all.</summary>
    Optional = 1,

    /// <summary>Any number of times.</summary>
    Repeated = 2,
}

/// <summary>How a page's values or levels are encoded; the numbers are the format's.</summary>
internal enum PageEncoding
{
    /// <summary>Values one after another, little-endian.</summary>
    Plain = 0,

    /// <summary>Dictionary indices, the old name.</summary>
    PlainDictionary = 2,

    /// <summary>Runs and bit-packed groups.</summary>
    Rle = 3,

    /// <summary>Bits packed from the most significant on; levels of old files only.</summary>
    BitPacked = 4,

    /// <summary>Differences, bit-packed in blocks.</summary>
    DeltaBinaryPacked = 5,

    /// <summary>Lengths as differences, then all bytes.</summary>
    DeltaLengthByteArray = 6,

    /// <summary>Shared prefixes with the value before.</summary>
    DeltaByteArray = 7,

    /// <summary>Dictionary indices as runs and bit-packed groups.</summary>
    RleDictionary = 8,

    /// <summary>All first bytes, then all second bytes, and so on.</summary>
    ByteStreamSplit = 9,
}

/// <summary>How pages are compressed; the numbers are the format's.</summary>
internal enum PageCodec
{
    /// <summary>Not at all.</summary>
    Uncompressed = 0,

    /// <summary>Snappy's raw format.</summary>
    Snappy = 1,

    /// <summary>RFC 1952.</summary>
    Gzip = 2,

    /// <summary>Not read.</summary>
    Lzo = 3,

    /// <summary>RFC 7932.</summary>
    Brotli = 4,

    /// <summary>Hadoop's framing of LZ4; not read.</summary>
    Lz4 = 5,

    /// <summary>RFC 8478.</summary>
    Zstd = 6,

    /// <summary>LZ4 blocks; not read.</summary>
    Lz4Raw = 7,
}

/// <summary>What a page is; the numbers are the format's.</summary>
internal enum PageType
{
    /// <summary>Values, levels compressed with them.</summary>
    Data = 0,

    /// <summary>Never written in practice.</summary>
    Index = 1,

    /// <summary>The chunk's dictionary.</summary>
    Dictionary = 2,

    /// <summary>Values, levels uncompressed before them.</summary>
    DataV2 = 3,
}

/// <summary>The format's own names, for messages.</summary>
internal static class ParquetNames
{
    private static readonly string[] Codecs = ["UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"];

    private static readonly string[] Encodings =
    [
        "PLAIN", "GROUP_VAR_INT", "PLAIN_DICTIONARY", "RLE", "BIT_PACKED", "DELTA_BINARY_PACKED", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY",
        "RLE_DICTIONARY", "BYTE_STREAM_SPLIT",
    ];

    /// <summary>Names a codec.</summary>
    /// <param name="codec">Known or not.</param>
    /// <returns>"LZO"; the number where it has no name.</returns>
    public static string Of(PageCodec codec) => (uint)codec < Codecs.Length ? Codecs[(int)codec] : $"number {(int)codec}";

    /// <summary>Names an encoding.</summary>
    /// <param name="encoding">Known or not.</param>
    /// <returns>"PLAIN"; the number where it has no name.</returns>
    public static string Of(PageEncoding encoding) => (uint)encoding < Encodings.Length ? Encodings[(int)encoding] : $"number {(int)encoding}";
}
