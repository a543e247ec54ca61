namespace KMeans.Input.Parquet;

/// <summary>The header before each page.</summary>
internal struct PageHeader
{
    /// <summary>What the page is.</summary>
    public PageType Type;

    /// <summary>Bytes of the page once decompressed, its levels included.</summary>
    public int UncompressedBytes;

    /// <summary>Bytes of the page in the file, behind the header.</summary>
    public int CompressedBytes;

    /// <summary>The checksum of those bytes; null where none was written.</summary>
    public uint? Checksum;

    /// <summary>Values with nulls; for lists an empty or null list counts one.</summary>
    public int ValueCount;

    /// <summary>Rows that begin in the page; -1 where the page does not say (version 1).</summary>
    public int RowCount;

    /// <summary>The encoding of the values.</summary>
    public PageEncoding Encoding;

    /// <summary>The encoding of the definition levels (version 1).</summary>
    public PageEncoding DefinitionEncoding;

    /// <summary>The encoding of the repetition levels (version 1).</summary>
    public PageEncoding RepetitionEncoding;

    /// <summary>Bytes of the definition levels (version 2).</summary>
    public int DefinitionBytes;

    /// <summary>Bytes of the repetition levels (version 2).</summary>
    public int RepetitionBytes;

    /// <summary>Whether the values are compressed (version 2).</summary>
    public bool IsCompressed;

    /// <summary>Bytes of this header.</summary>
    public int HeaderBytes;

    /// <summary>Whether the page holds values of rows.</summary>
    public readonly bool IsData => Type is PageType.Data or PageType.DataV2;

    /// <summary>Reads a header.</summary>
    /// <param name="data">Begins at the header and goes on behind it.</param>
    /// <returns>The header, its sizes not negative.</returns>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="EndOfStreamException">It is longer than the data.</exception>
    public static PageHeader Read(ReadOnlySpan<byte> data)
    {
        var reader = new ThriftReader(data);
        var header = new PageHeader { Type = (PageType)(-1), UncompressedBytes = -1, CompressedBytes = -1, ValueCount = -1, RowCount = -1, IsCompressed = true };
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 1:
                    header.Type = (PageType)reader.ReadInt32(type);
                    break;
                case 2:
                    header.UncompressedBytes = reader.ReadInt32(type);
                    break;
                case 3:
                    header.CompressedBytes = reader.ReadInt32(type);
                    break;
                case 4:
                    header.Checksum = (uint)reader.ReadInt32(type);
                    break;
                case 5 or 7:
                    header.ReadDetails(ref reader, type);
                    break;
                case 8:
                    header.ReadDetailsV2(ref reader, type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        header.HeaderBytes = reader.Position;
        header.Check();
        return header;
    }

    private readonly void Check()
    {
        if (UncompressedBytes < 0 || CompressedBytes < 0)
        {
            throw new InvalidDataException("a page header has no sizes");
        }

        if (Type == PageType.Index)
        {
            return;
        }

        if (ValueCount < 0 || !(IsData || Type == PageType.Dictionary))
        {
            throw new InvalidDataException("a page header is not valid");
        }

        if (DefinitionBytes < 0 || RepetitionBytes < 0 || (long)DefinitionBytes + RepetitionBytes > Math.Min(CompressedBytes, UncompressedBytes))
        {
            throw new InvalidDataException("a page's levels are longer than the page");
        }
    }

    private void ReadDetails(ref ThriftReader reader, ThriftType structType)
    {
        ThriftReader.ExpectStruct(structType);
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 1:
                    ValueCount = reader.ReadInt32(type);
                    break;
                case 2:
                    Encoding = (PageEncoding)reader.ReadInt32(type);
                    break;
                case 3 when type is not (ThriftType.True or ThriftType.False):
                    DefinitionEncoding = (PageEncoding)reader.ReadInt32(type);
                    break;
                case 4:
                    RepetitionEncoding = (PageEncoding)reader.ReadInt32(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
    }

    private void ReadDetailsV2(ref ThriftReader reader, ThriftType structType)
    {
        ThriftReader.ExpectStruct(structType);
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 1:
                    ValueCount = reader.ReadInt32(type);
                    break;
                case 3:
                    RowCount = reader.ReadInt32(type);
                    break;
                case 4:
                    Encoding = (PageEncoding)reader.ReadInt32(type);
                    break;
                case 5:
                    DefinitionBytes = reader.ReadInt32(type);
                    break;
                case 6:
                    RepetitionBytes = reader.ReadInt32(type);
                    break;
                case 7:
                    IsCompressed = ThriftReader.ReadBoolean(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
    }
}
