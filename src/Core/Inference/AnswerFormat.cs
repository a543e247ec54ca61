using System.Buffers;
using System.Buffers.Binary;
using KMeans.Input.RecordIO;

namespace KMeans.Inference;

/// <summary>Writes results as the reference product does: clusters are counted from 0, and all numbers are float32.</summary>
/// <remarks>
/// Text has a float32's value with as few digits as bring the double back that equals it, always with a point or an exponent. JSON lines and CSV end each row with a line feed.
/// </remarks>
public abstract class AnswerFormat
{
    private const int RowsAtOnce = 256;

    /// <summary>Bytes that no row exceeds, its separator included, apart from what is repeated of its record.</summary>
    private const int MostRowBytes = 128;

    private static readonly AnswerFormat[] Formats = [new Json(), new JsonLines(), new Csv(), new Records()];

    /// <summary>What all begins with.</summary>
    private protected virtual ReadOnlySpan<byte> Begin => default;

    /// <summary>What is between rows.</summary>
    private protected virtual ReadOnlySpan<byte> Separator => default;

    /// <summary>What all ends with.</summary>
    private protected virtual ReadOnlySpan<byte> End => default;

    /// <summary>The writer of a format.</summary>
    /// <param name="format">The format.</param>
    /// <returns>Its writer; thread-safe.</returns>
    public static AnswerFormat Of(InferenceFormat format) => Formats[(int)format];

    /// <summary>Writes the results of a run of rows, with what all begin with before the first and what all end with after the last. O(rows).</summary>
    /// <param name="predictions">All results.</param>
    /// <param name="first">The run's first row.</param>
    /// <param name="count">Its length.</param>
    /// <param name="output">Where the bytes go.</param>
    public void Write(Predictions predictions, int first, int count, IBufferWriter<byte> output)
    {
        if (first == 0)
        {
            output.Write(Begin);
        }

        for (var end = first + count; first < end; first += RowsAtOnce)
        {
            WriteRows(predictions, first, Math.Min(RowsAtOnce, end - first), output);
        }

        if (first >= predictions.Count)
        {
            output.Write(End);
        }
    }

    /// <summary>Writes a row.</summary>
    /// <param name="row">Room for it.</param>
    /// <param name="label">The closest cluster.</param>
    /// <param name="distance">The distance to it.</param>
    /// <param name="note">What a record's answer repeats of it: encoded fields.</param>
    /// <returns>Bytes written.</returns>
    private protected abstract int WriteRow(Span<byte> row, int label, double distance, ReadOnlySpan<byte> note);

    /// <summary>Writes pieces one after the other.</summary>
    /// <returns>Bytes written.</returns>
    private static int Put(Span<byte> row, ReadOnlySpan<byte> before, double first, ReadOnlySpan<byte> between, double second, ReadOnlySpan<byte> after)
    {
        before.CopyTo(row);
        var length = before.Length;
        length += AnswerNumber.Write(row[length..], first);
        between.CopyTo(row[length..]);
        length += between.Length;
        length += AnswerNumber.Write(row[length..], second);
        after.CopyTo(row[length..]);
        return length + after.Length;
    }

    private void WriteRows(Predictions predictions, int first, int count, IBufferWriter<byte> output)
    {
        var most = count * MostRowBytes;
        for (var i = first; i < first + count; i++)
        {
            most += predictions.NoteOf(i).Length;
        }

        var span = output.GetSpan(most);
        var length = 0;
        for (var i = first; i < first + count; i++)
        {
            if (i > 0)
            {
                Separator.CopyTo(span[length..]);
                length += Separator.Length;
            }

            length += WriteRow(span[length..], predictions.Labels[i], predictions.Distances[i], predictions.NoteOf(i));
        }

        output.Advance(length);
    }

    private sealed class Json : AnswerFormat
    {
        private protected override ReadOnlySpan<byte> Begin => "{\"predictions\":["u8;

        private protected override ReadOnlySpan<byte> Separator => ","u8;

        private protected override ReadOnlySpan<byte> End => "]}"u8;

        private protected override int WriteRow(Span<byte> row, int label, double distance, ReadOnlySpan<byte> note) =>
            Put(row, "{\"closest_cluster\":"u8, label, ",\"distance_to_cluster\":"u8, distance, "}"u8);
    }

    private sealed class JsonLines : AnswerFormat
    {
        private protected override int WriteRow(Span<byte> row, int label, double distance, ReadOnlySpan<byte> note) =>
            Put(row, "{\"distance_to_cluster\": "u8, distance, ", \"closest_cluster\": "u8, label, "}\n"u8);
    }

    private sealed class Csv : AnswerFormat
    {
        private protected override int WriteRow(Span<byte> row, int label, double distance, ReadOnlySpan<byte> note) => Put(row, default, label, ","u8, distance, "\n"u8);
    }

    /// <summary>A record whose label has two tensors of one value each, and then what is repeated of the record that asked.</summary>
    private sealed class Records : AnswerFormat
    {
        private const int LabelOffset = 33;
        private const int DistanceOffset = 66;

        /// <summary>Magic number and length; two map entries, each a name and a value with a float32 tensor of packed values.</summary>
        private static readonly byte[] Template =
        [
            0x0A, 0x23, 0xD7, 0xCE, 0, 0, 0, 0,
            0x12, 27, 0x0A, 15, .. "closest_cluster"u8, 0x12, 8, 0x12, 6, 0x0A, 4, 0, 0, 0, 0,
            0x12, 31, 0x0A, 19, .. "distance_to_cluster"u8, 0x12, 8, 0x12, 6, 0x0A, 4, 0, 0, 0, 0,
        ];

        private protected override int WriteRow(Span<byte> row, int label, double distance, ReadOnlySpan<byte> note)
        {
            Template.CopyTo(row);
            note.CopyTo(row[Template.Length..]);
            var end = Template.Length + note.Length;
            var length = (int)RecordHeader.PaddedLength(end - RecordHeader.Length);
            row[end..length].Clear();
            BinaryPrimitives.WriteInt32LittleEndian(row[sizeof(uint)..], end - RecordHeader.Length);
            BinaryPrimitives.WriteSingleLittleEndian(row[LabelOffset..], label);
            BinaryPrimitives.WriteSingleLittleEndian(row[DistanceOffset..], (float)distance);
            return length;
        }
    }
}
