using System.Text;

namespace KMeans.Input.Parquet;

/// <summary>The wire types of Thrift's compact protocol.</summary>
internal enum ThriftType
{
    /// <summary>The end of a structure.</summary>
    Stop = 0,

    /// <summary>A boolean field that is true.</summary>
    True = 1,

    /// <summary>A boolean field that is false.</summary>
    False = 2,

    /// <summary>An 8-bit integer.</summary>
    Byte = 3,

    /// <summary>A 16-bit integer.</summary>
    I16 = 4,

    /// <summary>A 32-bit integer.</summary>
    I32 = 5,

    /// <summary>A 64-bit integer.</summary>
    I64 = 6,

    /// <summary>A double.</summary>
    Double = 7,

    /// <summary>Bytes or text, with their length.</summary>
    Binary = 8,

    /// <summary>A list.</summary>
    List = 9,

    /// <summary>A set, laid out as a list.</summary>
    Set = 10,

    /// <summary>A map.</summary>
    Map = 11,

    /// <summary>A structure.</summary>
    Struct = 12,
}

/// <summary>Reads Thrift's compact protocol from memory, as Parquet's footer and page headers use it.</summary>
/// <remarks>
/// Safe on hostile bytes: it never allocates by a declared length, lists cannot be longer than the bytes left, nesting is bounded, and every failure is
/// an <see cref="InvalidDataException"/>, or an <see cref="EndOfStreamException"/> where more bytes might help. Source: Thrift's "compact protocol" note.
/// </remarks>
internal ref struct ThriftReader
{
    private const int DeepestNesting = 64;

    private readonly ReadOnlySpan<byte> data;

    /// <summary>Starts at the first byte.</summary>
    /// <param name="data">What is read; it may go on behind the structure.</param>
    public ThriftReader(ReadOnlySpan<byte> data) => this.data = data;

    /// <summary>Bytes consumed.</summary>
    public int Position { get; private set; }

    /// <summary>Reads a field's header.</summary>
    /// <param name="id">In/out; the structure's last field id, 0 before its first.</param>
    /// <param name="type">The field's wire type.</param>
    /// <returns>False at the structure's end.</returns>
    public bool NextField(ref int id, out ThriftType type)
    {
        var header = ReadByte();
        type = (ThriftType)(header & 15);
        if (type == ThriftType.Stop)
        {
            return false;
        }

        id = header >> 4 == 0 ? (int)ReadZigZag() : id + (header >> 4);
        return true;
    }

    /// <summary>Reads an integer of any width.</summary>
    /// <param name="type">The wire type that came with it.</param>
    /// <returns>Its value.</returns>
    public long ReadInteger(ThriftType type) => type switch
    {
        ThriftType.Byte => (sbyte)ReadByte(),
        ThriftType.I16 or ThriftType.I32 or ThriftType.I64 => ReadZigZag(),
        _ => throw Mismatch(),
    };

    /// <summary>Reads a 32-bit integer.</summary>
    /// <param name="type">The wire type that came with it.</param>
    /// <returns>Its value.</returns>
    public int ReadInt32(ThriftType type)
    {
        var value = ReadInteger(type);
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw new InvalidDataException("a 32-bit number of the metadata is out of range");
    }

    /// <summary>Reads a boolean field, whose value is its wire type.</summary>
    /// <param name="type">The wire type.</param>
    /// <returns>Its value.</returns>
    public static bool ReadBoolean(ThriftType type) => type switch
    {
        ThriftType.True => true,
        ThriftType.False => false,
        _ => throw Mismatch(),
    };

    /// <summary>Reads bytes.</summary>
    /// <param name="type">The wire type that came with them.</param>
    /// <returns>A view into the data.</returns>
    public ReadOnlySpan<byte> ReadBinary(ThriftType type)
    {
        if (type != ThriftType.Binary)
        {
            throw Mismatch();
        }

        return Take(ReadVarint());
    }

    /// <summary>Reads text.</summary>
    /// <param name="type">The wire type that came with it.</param>
    /// <returns>UTF-8 decoded.</returns>
    public string ReadText(ThriftType type) => Encoding.UTF8.GetString(ReadBinary(type));

    /// <summary>Reads a list's header.</summary>
    /// <param name="type">The wire type that came with it.</param>
    /// <param name="element">The wire type of the elements.</param>
    /// <returns>The number of elements: no more than there are bytes left.</returns>
    public int ReadList(ThriftType type, out ThriftType element)
    {
        if (type is not (ThriftType.List or ThriftType.Set))
        {
            throw Mismatch();
        }

        var header = ReadByte();
        element = (ThriftType)(header & 15);
        var size = header >> 4 == 15 ? ReadVarint() : (ulong)(header >> 4);
        if (size > (ulong)(data.Length - Position))
        {
            throw new EndOfStreamException();
        }

        return (int)size;
    }

    /// <summary>Insists on a structure.</summary>
    /// <param name="type">The wire type that came.</param>
    public static void ExpectStruct(ThriftType type)
    {
        if (type != ThriftType.Struct)
        {
            throw Mismatch();
        }
    }

    /// <summary>Passes over a field's value.</summary>
    /// <param name="type">Its wire type.</param>
    public void Skip(ThriftType type) => Skip(type, 0);

    private static InvalidDataException Mismatch() => new("a field of the metadata has the wrong type");

    private void Skip(ThriftType type, int depth)
    {
        if (depth > DeepestNesting)
        {
            throw new InvalidDataException("the metadata is nested too deeply");
        }

        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                break;
            case ThriftType.Byte:
                ReadByte();
                break;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64:
                ReadVarint();
                break;
            case ThriftType.Double:
                Take(8);
                break;
            case ThriftType.Binary:
                Take(ReadVarint());
                break;
            case ThriftType.List or ThriftType.Set:
                SkipList(type, depth);
                break;
            case ThriftType.Map:
                SkipMap(depth);
                break;
            case ThriftType.Struct:
                for (var id = 0; NextField(ref id, out var field);)
                {
                    Skip(field, depth + 1);
                }

                break;
            default:
                throw Mismatch();
        }
    }

    private void SkipList(ThriftType type, int depth)
    {
        for (var left = ReadList(type, out var element); left > 0; left--)
        {
            SkipElement(element, depth + 1);
        }
    }

    private void SkipMap(int depth)
    {
        var size = ReadVarint();
        if (size == 0)
        {
            return;
        }

        var types = ReadByte();
        for (; size > 0; size--)
        {
            SkipElement((ThriftType)(types >> 4), depth + 1);
            SkipElement((ThriftType)(types & 15), depth + 1);
        }
    }

    /// <summary>Booleans take a byte inside containers, unlike as fields; so each element consumes at least one byte, and a declared size cannot make the loops long.</summary>
    private void SkipElement(ThriftType type, int depth)
    {
        if (type is ThriftType.True or ThriftType.False)
        {
            ReadByte();
            return;
        }

        Skip(type, depth);
    }

    private byte ReadByte()
    {
        if (Position >= data.Length)
        {
            throw new EndOfStreamException();
        }

        return data[Position++];
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(data.Length - Position))
        {
            throw new EndOfStreamException();
        }

        var taken = data.Slice(Position, (int)length);
        Position += (int)length;
        return taken;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = ReadByte();
            value |= (ulong)(part & 127) << shift;
            if (part < 128)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number of the metadata is longer than 64 bits");
    }

    private long ReadZigZag()
    {
        var value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }
}
