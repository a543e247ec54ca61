using System.Buffers.Binary;
using Google.Protobuf;
using KMeans.Input.Elements;

namespace KMeans.Input.RecordIO;

/// <summary>Parses one record: the tensor in features["values"], dense or sparse, as doubles. Buffers are reused; not thread-safe.</summary>
/// <remarks>
/// Accepts packed and unpacked values, fields in any order and fields that it does not know; the label and other features are ignored. A sparse tensor has
/// keys and a shape, elements without a key are 0. Message layout: aialgs.data.Record, in reference form "Record { map features = 1; map label = 2; ... }".
/// </remarks>
/// <param name="requiredWidth">The width that rows must have; 0 for any.</param>
internal sealed class RecordParser(int requiredWidth = 0)
{
    private const string Damage = "has a damaged tensor in features[\"values\"]; write the record again.";

    private readonly Tensor tensor = new(requiredWidth);
    private int tensorField;
    private int runCount;

    /// <summary>Elements of the parsed row.</summary>
    public int Width => tensor.Width;

    /// <summary>How the parsed row's values are stored: <see cref="ElementType.Float32"/>, <see cref="ElementType.Float64"/> or <see cref="ElementType.Int32"/>.</summary>
    public ElementType Type { get; private set; }

    /// <summary>Whether the parsed row has keys.</summary>
    public bool IsSparse => tensor.IsSparse;

    /// <summary>The parsed row.</summary>
    public ReadOnlySpan<double> Row => tensor.Row;

    /// <summary>Where the values are in the payload, where they are one packed run; else empty.</summary>
    public Range Run { get; private set; }

    /// <summary>Whether that run ends together with its map entry, so that only other fields of the record follow it.</summary>
    public bool RunEndsEntry { get; private set; }

    /// <summary>Parses a record.</summary>
    /// <param name="payload">The encoded message.</param>
    /// <returns>What is wrong with it, to follow "record 12 ", or null.</returns>
    public string? Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new ProtobufReader(payload);
        var found = false;
        while (reader.Next())
        {
            if (reader is { Field: 1, WireType: WireFormat.WireType.LengthDelimited } && IsFeature(reader.Bytes, out var value))
            {
                found = true;
                if (ParseValue(payload, value) is { } problem)
                {
                    return problem;
                }

                var entryEnd = payload.Length - reader.RemainingLength;
                RunEndsEntry = Run.End.Value == entryEnd;
            }
        }

        return reader.IsDamaged ? "is no valid protobuf message; write the record again."
            : !found ? "has no features[\"values\"]; write the row's vector under that key."
            : tensorField == 0 ? "has no float32, float64 or int32 tensor in features[\"values\"]; write the row's vector as one."
            : tensor.Fill();
    }

    private static bool IsFeature(ReadOnlySpan<byte> entry, out ReadOnlySpan<byte> value)
    {
        value = default;
        var isFeature = false;
        var reader = new ProtobufReader(entry);
        while (reader.Next())
        {
            if (reader is { Field: 1, WireType: WireFormat.WireType.LengthDelimited })
            {
                isFeature = reader.Bytes.SequenceEqual("values"u8);
            }
            else if (reader is { Field: 2, WireType: WireFormat.WireType.LengthDelimited })
            {
                value = reader.Bytes;
            }
        }

        return isFeature && !reader.IsDamaged;
    }

    private string? ParseValue(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> value)
    {
        Clear(0);
        var reader = new ProtobufReader(value);
        while (reader.Next())
        {
            if (reader is { Field: 2 or 3 or 7 or 9, WireType: WireFormat.WireType.LengthDelimited })
            {
                if (reader.Field != tensorField)
                {
                    // The members of a oneof replace one another; the same one twice is one tensor in two parts.
                    Clear(reader.Field == 9 ? 0 : reader.Field);
                }

                if (tensorField != 0 && !ParseTensor(payload, reader.Bytes))
                {
                    return Damage;
                }
            }
        }

        return reader.IsDamaged ? Damage : null;
    }

    private void Clear(int field)
    {
        tensorField = field;
        Type = field switch { 2 => ElementType.Float32, 3 => ElementType.Float64, _ => ElementType.Int32 };
        tensor.Clear();
        runCount = 0;
        Run = default;
    }

    private bool ParseTensor(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            var valid = reader.Field switch
            {
                1 => AddValues(reader),
                2 => AddLongs(reader, tensor.Keys),
                3 => AddLongs(reader, tensor.Shape),
                _ => true,
            };
            if (!valid)
            {
                return false;
            }

            if (reader.Field == 1)
            {
                runCount++;
                Run = runCount == 1 && reader.WireType == WireFormat.WireType.LengthDelimited && payload.Overlaps(reader.Bytes, out var start) ? start..(start + reader.Bytes.Length) : default;
            }
        }

        return !reader.IsDamaged;
    }

    private bool AddValues(ProtobufReader reader)
    {
        var bytes = reader.Bytes;
        switch (reader.WireType)
        {
            case WireFormat.WireType.Varint when Type == ElementType.Int32:
                tensor.Values.Add((int)reader.Varint);
                return true;
            case WireFormat.WireType.LengthDelimited when Type == ElementType.Int32:
                while (bytes.Length > 0)
                {
                    if (!ProtobufReader.TryVarint(ref bytes, out var value))
                    {
                        return false;
                    }

                    tensor.Values.Add((int)value);
                }

                return true;
            case WireFormat.WireType.LengthDelimited or WireFormat.WireType.Fixed32 when Type == ElementType.Float32:
                for (; bytes.Length >= sizeof(float); bytes = bytes[sizeof(float)..])
                {
                    tensor.Values.Add(BinaryPrimitives.ReadSingleLittleEndian(bytes));
                }

                return bytes.Length == 0;
            case WireFormat.WireType.LengthDelimited or WireFormat.WireType.Fixed64 when Type == ElementType.Float64:
                for (; bytes.Length >= sizeof(double); bytes = bytes[sizeof(double)..])
                {
                    tensor.Values.Add(BinaryPrimitives.ReadDoubleLittleEndian(bytes));
                }

                return bytes.Length == 0;
            default:
                return false;
        }
    }

    private static bool AddLongs(ProtobufReader reader, List<ulong> list)
    {
        if (reader.WireType == WireFormat.WireType.Varint)
        {
            list.Add(reader.Varint);
            return true;
        }

        var bytes = reader.Bytes;
        while (bytes.Length > 0)
        {
            if (!ProtobufReader.TryVarint(ref bytes, out var value))
            {
                return false;
            }

            list.Add(value);
        }

        return reader.WireType == WireFormat.WireType.LengthDelimited;
    }
}
