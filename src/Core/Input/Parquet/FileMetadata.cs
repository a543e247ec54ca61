namespace KMeans.Input.Parquet;

/// <summary>What a Parquet footer says, as far as reading needs it.</summary>
/// <param name="Schema">The schema tree in depth-first order, the root first.</param>
/// <param name="RowCount">Rows of the file.</param>
/// <param name="RowGroups">In file order.</param>
/// <param name="Pairs">What the writer put beside, as keys and values.</param>
internal sealed record FileMetadata(SchemaElement[] Schema, long RowCount, RowGroup[] RowGroups, KeyValuePair<string, string>[] Pairs);

/// <summary>What a type annotation says beyond the physical type.</summary>
internal enum Annotation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>UTF-8 text, an enum value or JSON.</summary>
    Text,

    /// <summary>Keys and values.</summary>
    Map,

    /// <summary>A list.</summary>
    List,

    /// <summary>A scaled integer.</summary>
    Decimal,

    /// <summary>Days since 1970.</summary>
    Date,

    /// <summary>Time of day.</summary>
    Time,

    /// <summary>A point in time.</summary>
    Timestamp,

    /// <summary>An integer of <see cref="SchemaElement.BitWidth"/> bits.</summary>
    Integer,

    /// <summary>A column of nulls only.</summary>
    Unknown,

    /// <summary>A half-precision number.</summary>
    Float16,

    /// <summary>Anything that is no number.</summary>
    Other,
}

/// <summary>One node of the schema tree.</summary>
internal sealed class SchemaElement
{
    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";

    /// <summary>The physical type; null for a group.</summary>
    public PhysicalType? Type { get; set; }

    /// <summary>Bytes a value, for <see cref="PhysicalType.FixedLenByteArray"/>.</summary>
    public int TypeLength { get; set; }

    /// <summary>How often it occurs.</summary>
    public FieldRepetition Repetition { get; set; }

    /// <summary>The number of children; 0 for a leaf.</summary>
    public int ChildCount { get; set; }

    /// <summary>The annotation: the logical type, or the converted type where there is none.</summary>
    public Annotation Annotation { get; set; }

    /// <summary>Decimal digits behind the point.</summary>
    public int Scale { get; set; }

    /// <summary>Decimal digits.</summary>
    public int Precision { get; set; }

    /// <summary>8 to 64, for <see cref="Annotation.Integer"/>.</summary>
    public int BitWidth { get; set; }

    /// <summary>Whether an integer is unsigned.</summary>
    public bool IsUnsigned { get; set; }
}

/// <summary>A horizontal slice of the file.</summary>
/// <param name="FirstRow">Index of its first row in the file.</param>
/// <param name="RowCount">Its rows.</param>
/// <param name="Chunks">One for each leaf of the schema.</param>
internal sealed record RowGroup(long FirstRow, long RowCount, ColumnChunk[] Chunks)
{
    /// <summary>Index one past its last row.</summary>
    public long EndRow => FirstRow + RowCount;
}

/// <summary>Where one leaf's pages of one row group are.</summary>
internal struct ColumnChunk
{
    /// <summary>The physical type.</summary>
    public PhysicalType Type;

    /// <summary>The codec.</summary>
    public PageCodec Codec;

    /// <summary>The encodings of its values and levels: bit i for number i, the highest bit for all numbers that have none.</summary>
    public uint Encodings;

    /// <summary>Values with nulls; for lists an empty or null list counts one.</summary>
    public long ValueCount;

    /// <summary>Bytes of all pages, headers included.</summary>
    public long CompressedBytes;

    /// <summary>File offset of the first data page.</summary>
    public long DataOffset;

    /// <summary>File offset of the dictionary page; 0 where none is declared.</summary>
    public long DictionaryOffset;

    /// <summary>Nulls as the statistics say; -1 where they do not.</summary>
    public long NullCount;

    /// <summary>Why its pages cannot be read ("is encrypted"); null where they can.</summary>
    public string? Obstacle;

    /// <summary>File offset of the first page of any kind.</summary>
    public readonly long Start => DictionaryOffset >= FooterReader.MagicBytes && DictionaryOffset < DataOffset ? DictionaryOffset : DataOffset;
}
