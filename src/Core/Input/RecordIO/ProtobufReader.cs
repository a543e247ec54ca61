using Google.Protobuf;

namespace KMeans.Input.RecordIO;

/// <summary>Walks the fields of one encoded message. Never reads past it, never allocates; damage turns <see cref="IsDamaged"/> on and ends the walk.</summary>
/// <remarks>Source: the protocol buffers encoding guide. Groups, which the record format has none of, count as damage.</remarks>
internal ref struct ProtobufReader
{
    private ReadOnlySpan<byte> rest;

    /// <summary>Stands before the first field.</summary>
    /// <param name="message">The encoded message.</param>
    public ProtobufReader(ReadOnlySpan<byte> message) => rest = message;

    /// <summary>Whether the bytes are no protobuf message.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>How the current field is encoded.</summary>
    public WireFormat.WireType WireType { get; private set; }

    /// <summary>The current field's bytes: the content where it is length-delimited, else its 4 or 8 bytes; empty for a varint.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The current field's value where it is a varint.</summary>
    public ulong Varint { get; private set; }

    /// <summary>Bytes after the current field.</summary>
    public readonly int RemainingLength => rest.Length;

    /// <summary>Moves to the next field.</summary>
    /// <returns>False at the end of the message or where it is damaged.</returns>
    public bool Next()
    {
        if (rest.Length == 0 || IsDamaged)
        {
            return false;
        }

        if (!TryVarint(ref rest, out var tag) || tag > uint.MaxValue || tag >> 3 == 0)
        {
            return Damaged();
        }

        Field = (int)(tag >> 3);
        WireType = (WireFormat.WireType)(tag & 7);
        Bytes = default;
        var length = 0UL;
        switch (WireType)
        {
            case WireFormat.WireType.Varint:
                if (!TryVarint(ref rest, out var value))
                {
                    return Damaged();
                }

                Varint = value;
                return true;
            case WireFormat.WireType.Fixed32:
                length = sizeof(uint);
                break;
            case WireFormat.WireType.Fixed64:
                length = sizeof(ulong);
                break;
            case WireFormat.WireType.LengthDelimited:
                if (!TryVarint(ref rest, out length))
                {
                    return Damaged();
                }

                break;
            default:
                return Damaged();
        }

        if (length > (ulong)rest.Length)
        {
            return Damaged();
        }

        Bytes = rest[..(int)length];
        rest = rest[(int)length..];
        return true;
    }

    /// <summary>Reads a base-128 number and moves past it.</summary>
    /// <param name="bytes">In/out.</param>
    /// <param name="value">Out.</param>
    /// <returns>False where it is cut or longer than 64 bits.</returns>
    public static bool TryVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                var fits = i < 9 || bytes[i] <= 1;
                bytes = bytes[(i + 1)..];
                return fits;
            }
        }

        return false;
    }

    private bool Damaged()
    {
        IsDamaged = true;
        return false;
    }
}
