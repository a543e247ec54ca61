using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace KMeans.Input.RecordIO;

/// <summary>Writes rows as recordIO-wrapped protobuf (application/x-recordio-protobuf): what is added up to <see cref="EndRecord"/> is one record. Not thread-safe.</summary>
/// <remarks>
/// Bytes are those that the protobuf library writes: fields in the order in which they are added, numbers packed. Message layout: see <see cref="RecordParser"/>; frame: see <see cref="RecordHeader"/>.
/// One record at a time is held.
/// </remarks>
public sealed class RecordWriter
{
    /// <summary>What the row's vector is called.</summary>
    public const string Values = "values";

    private const int LengthDelimited = 2;

    /// <summary>The length that a frame can say, less a flag's bits.</summary>
    private const int MostBytes = (1 << 29) - 1;

    private readonly Stream stream;
    private readonly ArrayBufferWriter<byte> payload = new();

    /// <summary>Writes to a stream.</summary>
    /// <param name="stream">Not disposed; buffered by its owner.</param>
    public RecordWriter(Stream stream) => this.stream = stream;

    /// <summary>Adds a dense tensor.</summary>
    /// <typeparam name="T">float, double or int.</typeparam>
    /// <param name="field"><see cref="RecordField.Features"/> or <see cref="RecordField.Label"/>.</param>
    /// <param name="name">The tensor's name in the field, at most once.</param>
    /// <param name="values">The numbers.</param>
    public void Add<T>(RecordField field, string name, ReadOnlySpan<T> values)
        where T : unmanaged, INumber<T> => AddTensor(field, name, values, default, -1);

    /// <summary>Adds a sparse tensor: elements without a key are 0.</summary>
    /// <typeparam name="T">float, double or int.</typeparam>
    /// <param name="field"><see cref="RecordField.Features"/> or <see cref="RecordField.Label"/>.</param>
    /// <param name="name">The tensor's name in the field, at most once.</param>
    /// <param name="values">The numbers.</param>
    /// <param name="keys">Where each belongs, 0-based; as many as values.</param>
    /// <param name="width">Elements of the whole vector.</param>
    public void Add<T>(RecordField field, string name, ReadOnlySpan<T> values, ReadOnlySpan<int> keys, int width)
        where T : unmanaged, INumber<T>
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(keys.Length, values.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        AddTensor(field, name, values, keys, width);
    }

    /// <summary>Adds a text.</summary>
    /// <param name="field"><see cref="RecordField.Uid"/>, <see cref="RecordField.Metadata"/> or <see cref="RecordField.Configuration"/>.</param>
    /// <param name="text">The text.</param>
    public void Add(RecordField field, string text)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan((int)field, (int)RecordField.Uid);
        WriteText((int)field, text);
    }

    /// <summary>Writes the record.</summary>
    /// <exception cref="InputException">It is too long for a frame.</exception>
    public void EndRecord()
    {
        Frame(stream, payload.WrittenSpan);
        payload.ResetWrittenCount();
    }

    /// <summary>Writes a payload in its frame.</summary>
    /// <param name="stream">Written to.</param>
    /// <param name="payload">Any bytes.</param>
    /// <exception cref="InputException">It is too long for a frame.</exception>
    public static void Frame(Stream stream, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > MostBytes)
        {
            throw new InputException($"a record of {payload.Length} bytes cannot be written: a recordIO frame holds at most {MostBytes}; write narrower rows.");
        }

        Span<byte> header = stackalloc byte[RecordHeader.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(header, RecordHeader.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(header[sizeof(uint)..], (uint)payload.Length);
        stream.Write(header);
        stream.Write(payload);
        header.Clear();
        stream.Write(header[..(int)(RecordHeader.PaddedLength(payload.Length) - RecordHeader.Length - payload.Length)]);
    }

    private static int TensorField<T>() =>
        typeof(T) == typeof(float) ? 2 : typeof(T) == typeof(double) ? 3 : typeof(T) == typeof(int) ? 7 : throw new NotSupportedException($"A record holds float, double and int, not {typeof(T).Name}.");

    private void AddTensor<T>(RecordField field, string name, ReadOnlySpan<T> values, ReadOnlySpan<int> keys, int width)
        where T : unmanaged, INumber<T>
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((int)field, (int)RecordField.Label);
        var (valueBytes, keyBytes) = (ValueBytes(values), 0);
        foreach (var key in keys)
        {
            keyBytes += VarintLength((ulong)key);
        }

        var shapeBytes = width < 0 ? 0 : VarintLength((ulong)width);
        var tensor = FieldLength(valueBytes) + FieldLength(keyBytes) + FieldLength(shapeBytes);

        // An empty message is a field too: it says which type the tensor has.
        var value = 1 + VarintLength((ulong)tensor) + tensor;
        WriteHead((int)field, FieldLength(Encoding.UTF8.GetByteCount(name)) + 1 + VarintLength((ulong)value) + value);
        WriteText(1, name);
        WriteHead(2, value);
        WriteHead(TensorField<T>(), tensor);
        WriteValues(values, valueBytes);
        if (keyBytes > 0)
        {
            WriteHead(2, keyBytes);
            foreach (var key in keys)
            {
                WriteVarint((ulong)key);
            }
        }

        if (shapeBytes > 0)
        {
            WriteHead(3, shapeBytes);
            WriteVarint((ulong)width);
        }
    }

    private static int ValueBytes<T>(ReadOnlySpan<T> values)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) != typeof(int))
        {
            return values.Length * Unsafe.SizeOf<T>();
        }

        var bytes = 0;
        foreach (var value in MemoryMarshal.Cast<T, int>(values))
        {
            bytes += VarintLength((ulong)value);
        }

        return bytes;
    }

    private void WriteValues<T>(ReadOnlySpan<T> values, int bytes)
        where T : unmanaged, INumber<T>
    {
        if (bytes == 0)
        {
            return;
        }

        WriteHead(1, bytes);
        if (typeof(T) == typeof(int))
        {
            // Negative numbers are sign-extended to 64 bits.
            foreach (var value in MemoryMarshal.Cast<T, int>(values))
            {
                WriteVarint((ulong)value);
            }
        }
        else if (typeof(T) == typeof(float))
        {
            var target = payload.GetSpan(bytes);
            var source = MemoryMarshal.Cast<T, float>(values);
            for (var i = 0; i < source.Length; i++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(target[(i * sizeof(float))..], source[i]);
            }

            payload.Advance(bytes);
        }
        else
        {
            var target = payload.GetSpan(bytes);
            var source = MemoryMarshal.Cast<T, double>(values);
            for (var i = 0; i < source.Length; i++)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(target[(i * sizeof(double))..], source[i]);
            }

            payload.Advance(bytes);
        }
    }

    private void WriteText(int field, string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        WriteHead(field, bytes);
        payload.Advance(Encoding.UTF8.GetBytes(text, payload.GetSpan(bytes)));
    }

    private void WriteHead(int field, int length)
    {
        WriteVarint((ulong)((field << 3) | LengthDelimited));
        WriteVarint((ulong)length);
    }

    private void WriteVarint(ulong value)
    {
        var target = payload.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            target[length++] = (byte)(value | 0x80);
        }

        target[length++] = (byte)value;
        payload.Advance(length);
    }

    private static int FieldLength(int bytes) => bytes == 0 ? 0 : 1 + VarintLength((ulong)bytes) + bytes;

    private static int VarintLength(ulong value) => Math.Max(1, (64 - BitOperations.LeadingZeroCount(value) + 6) / 7);
}
