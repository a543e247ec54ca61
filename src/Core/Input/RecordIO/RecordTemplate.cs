using KMeans.Input.Elements;

namespace KMeans.Input.RecordIO;

/// <summary>The first record's bytes around its values. A record with the same bytes around as many values needs no parsing.</summary>
internal sealed class RecordTemplate
{
    private const byte LabelTag = (2 << 3) | 2;

    private readonly byte[] prefix;
    private readonly byte[] suffix;
    private readonly int valuesLength;
    private readonly bool isFollowedByFields;

    private RecordTemplate(byte[] prefix, byte[] suffix, int valuesLength, ElementType type, bool isFollowedByFields)
    {
        this.prefix = prefix;
        this.suffix = suffix;
        this.valuesLength = valuesLength;
        this.isFollowedByFields = isFollowedByFields;
        Type = type;
    }

    /// <summary>How the values are stored.</summary>
    public ElementType Type { get; }

    /// <summary>Makes a template of a parsed record.</summary>
    /// <param name="payload">The record.</param>
    /// <param name="parsed">The parser, directly after it parsed the record.</param>
    /// <returns>The template, or null where the values are not one run of little-endian floats or doubles.</returns>
    public static RecordTemplate? Create(ReadOnlySpan<byte> payload, RecordParser parsed)
    {
        var (start, length) = parsed.Run.GetOffsetAndLength(payload.Length);
        return parsed.IsSparse || parsed.Type == ElementType.Int32 || length != parsed.Width * parsed.Type.Size() || !BitConverter.IsLittleEndian
            ? null
            : new RecordTemplate(payload[..start].ToArray(), payload[(start + length)..].ToArray(), length, parsed.Type, parsed.RunEndsEntry);
    }

    /// <summary>Compares a record with the template.</summary>
    /// <param name="payload">The record.</param>
    /// <param name="values">Out: its values' bytes.</param>
    /// <returns>False where the record must be parsed.</returns>
    public bool TryMatch(ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> values)
    {
        values = default;
        if (payload.Length < prefix.Length + valuesLength || !payload.StartsWith(prefix))
        {
            return false;
        }

        var rest = payload[(prefix.Length + valuesLength)..];
        if (!rest.SequenceEqual(suffix) && !(isFollowedByFields && IsLabel(rest)))
        {
            return false;
        }

        values = payload.Slice(prefix.Length, valuesLength);
        return true;
    }

    /// <summary>Whether bytes between fields are one label, which differs from row to row and is ignored anyway.</summary>
    private static bool IsLabel(ReadOnlySpan<byte> fields)
    {
        if (fields.Length == 0 || fields[0] != LabelTag)
        {
            return false;
        }

        fields = fields[1..];
        return ProtobufReader.TryVarint(ref fields, out var length) && length == (ulong)fields.Length;
    }
}
