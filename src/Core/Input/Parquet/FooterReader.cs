using System.Buffers.Binary;
using System.Text;

namespace KMeans.Input.Parquet;

/// <summary>Reads a file's footer.</summary>
internal static class FooterReader
{
    /// <summary>Length of the magic number at both ends of the file.</summary>
    public const int MagicBytes = 4;

    private const uint Magic = 0x31524150;
    private const uint EncryptedMagic = 0x45524150;
    private const int TailBytes = 8;

    /// <summary>Read in one go: most footers are smaller.</summary>
    private const int FirstReadBytes = 64 << 10;

    /// <summary>Reads and checks the footer. O(columns x row groups).</summary>
    /// <param name="source">The file.</param>
    /// <returns>The metadata.</returns>
    /// <exception cref="InputException">It is not a Parquet file, is encrypted, truncated or damaged.</exception>
    public static FileMetadata Read(ByteSource source)
    {
        if (source.Length < TailBytes + MagicBytes)
        {
            throw new InputException($"{source.Path}: it is {source.Length} bytes long, too short for a Parquet file; write it again.");
        }

        var tail = new byte[(int)Math.Min(source.Length, FirstReadBytes)];
        source.ReadExactly(source.Length - tail.Length, tail, "the footer");
        var magic = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(tail.Length - MagicBytes));
        if (magic == EncryptedMagic)
        {
            throw new InputException($"{source.Path}: the file is encrypted, which is not supported; decrypt it first.");
        }

        if (magic != Magic)
        {
            throw new InputException($"{source.Path}: it does not end as a Parquet file does; it is truncated, damaged or of another format.");
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(tail.Length - TailBytes));
        if (length > source.Length - TailBytes - MagicBytes)
        {
            throw new InputException($"{source.Path}: its footer claims {length} bytes of a file of {source.Length}; it is truncated or damaged, so write it again.");
        }

        var footer = tail.AsSpan(0, tail.Length - TailBytes);
        if (length > footer.Length)
        {
            if (length > Array.MaxLength)
            {
                throw new InputException($"{source.Path}: its footer is larger than 2 GiB; write the rows to several files.");
            }

            footer = new byte[length];
            source.ReadExactly(source.Length - TailBytes - length, footer, "the footer");
        }

        try
        {
            return Parse(footer[^(int)length..]);
        }
        catch (EndOfStreamException e)
        {
            throw new InputException($"{source.Path}: the footer ends too early; the file is damaged, so write it again.", e);
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{source.Path}: the footer is damaged ({e.Message}); write the file again.", e);
        }
    }

    private static FileMetadata Parse(ReadOnlySpan<byte> footer)
    {
        var reader = new ThriftReader(footer);
        SchemaElement[]? schema = null;
        RowGroup[] groups = [];
        KeyValuePair<string, string>[] pairs = [];
        var declaredRows = 0L;
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 2:
                    schema = ReadSchema(ref reader, type);
                    break;
                case 3:
                    declaredRows = reader.ReadInteger(type);
                    break;
                case 4:
                    groups = ReadRowGroups(ref reader, type);
                    break;
                case 5:
                    pairs = ReadPairs(ref reader, type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (schema is null || schema.Length == 0)
        {
            throw new InvalidDataException("it has no schema");
        }

        // Some writers leave the file's own count 0. Another one that is not the row groups' says that some of them are lost.
        var rows = groups.Length == 0 ? 0 : groups[^1].EndRow;
        if (declaredRows != 0 && declaredRows != rows)
        {
            throw new InvalidDataException($"it counts {declaredRows} rows and its row groups {rows}");
        }

        return new FileMetadata(schema, rows, groups, pairs);
    }

    private static KeyValuePair<string, string>[] ReadPairs(ref ThriftReader reader, ThriftType listType)
    {
        var pairs = new KeyValuePair<string, string>[reader.ReadList(listType, out var elementType)];
        for (var i = 0; i < pairs.Length; i++)
        {
            ThriftReader.ExpectStruct(elementType);
            var (key, value) = ("", "");
            for (var id = 0; reader.NextField(ref id, out var type);)
            {
                switch (id)
                {
                    case 1:
                        key = Encoding.UTF8.GetString(reader.ReadBinary(type));
                        break;
                    case 2:
                        value = Encoding.UTF8.GetString(reader.ReadBinary(type));
                        break;
                    default:
                        reader.Skip(type);
                        break;
                }
            }

            pairs[i] = new(key, value);
        }

        return pairs;
    }

    private static SchemaElement[] ReadSchema(ref ThriftReader reader, ThriftType listType)
    {
        var elements = new SchemaElement[reader.ReadList(listType, out var elementType)];
        for (var i = 0; i < elements.Length; i++)
        {
            ThriftReader.ExpectStruct(elementType);
            elements[i] = SchemaElementReader.Read(ref reader);
        }

        return elements;
    }

    private static RowGroup[] ReadRowGroups(ref ThriftReader reader, ThriftType listType)
    {
        var groups = new RowGroup[reader.ReadList(listType, out var elementType)];
        long firstRow = 0;
        for (var i = 0; i < groups.Length; i++)
        {
            ThriftReader.ExpectStruct(elementType);
            ColumnChunk[] chunks = [];
            long rows = -1;
            for (var id = 0; reader.NextField(ref id, out var type);)
            {
                switch (id)
                {
                    case 1:
                        chunks = ReadChunks(ref reader, type);
                        break;
                    case 3:
                        rows = reader.ReadInteger(type);
                        break;
                    default:
                        reader.Skip(type);
                        break;
                }
            }

            if (rows < 0 || rows > long.MaxValue / 4 - firstRow)
            {
                throw new InvalidDataException($"row group {i + 1} claims {rows} rows");
            }

            groups[i] = new RowGroup(firstRow, rows, chunks);
            firstRow += rows;
        }

        return groups;
    }

    private static ColumnChunk[] ReadChunks(ref ThriftReader reader, ThriftType listType)
    {
        var chunks = new ColumnChunk[reader.ReadList(listType, out var elementType)];
        for (var i = 0; i < chunks.Length; i++)
        {
            ThriftReader.ExpectStruct(elementType);
            chunks[i] = ReadChunk(ref reader);
        }

        return chunks;
    }

    private static ColumnChunk ReadChunk(ref ThriftReader reader)
    {
        var chunk = new ColumnChunk { Obstacle = "has no metadata" };
        string? obstacle = null;
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 1:
                    obstacle = reader.ReadBinary(type).IsEmpty ? obstacle : "is stored in another file";
                    break;
                case 3:
                    ThriftReader.ExpectStruct(type);
                    chunk = ReadChunkMetadata(ref reader);
                    break;
                case 8:
                    obstacle = "is encrypted";
                    reader.Skip(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        chunk.Obstacle = obstacle ?? chunk.Obstacle;
        return chunk;
    }

    private static ColumnChunk ReadChunkMetadata(ref ThriftReader reader)
    {
        var chunk = new ColumnChunk { NullCount = -1, ValueCount = -1 };
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 1:
                    chunk.Type = (PhysicalType)reader.ReadInt32(type);
                    break;
                case 2:
                    chunk.Encodings = ReadEncodings(ref reader, type);
                    break;
                case 4:
                    chunk.Codec = (PageCodec)reader.ReadInt32(type);
                    break;
                case 5:
                    chunk.ValueCount = reader.ReadInteger(type);
                    break;
                case 7:
                    chunk.CompressedBytes = reader.ReadInteger(type);
                    break;
                case 9:
                    chunk.DataOffset = reader.ReadInteger(type);
                    break;
                case 11:
                    chunk.DictionaryOffset = reader.ReadInteger(type);
                    break;
                case 12:
                    ThriftReader.ExpectStruct(type);
                    chunk.NullCount = ReadNullCount(ref reader);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return chunk;
    }

    private static uint ReadEncodings(ref ThriftReader reader, ThriftType listType)
    {
        var encodings = 0U;
        for (var left = reader.ReadList(listType, out var type); left > 0; left--)
        {
            encodings |= 1U << (int)Math.Min((uint)reader.ReadInt32(type), 31);
        }

        return encodings;
    }

    private static long ReadNullCount(ref ThriftReader reader)
    {
        long count = -1;
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            if (id == 3)
            {
                count = reader.ReadInteger(type);
            }
            else
            {
                reader.Skip(type);
            }
        }

        return count;
    }
}
