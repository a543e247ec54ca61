using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KMeans.Models;

/// <summary>Writes and reads arrays of numbers in little-endian order, whatever the machine's is, in blocks that do not depend on the array's length.</summary>
internal static class LittleEndian
{
    private const int BlockBytes = 1 << 16;

    /// <summary>Writes an array.</summary>
    /// <typeparam name="T">A number type without padding.</typeparam>
    /// <param name="stream">Written to.</param>
    /// <param name="values">Any length.</param>
    public static void Write<T>(Stream stream, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var block = BlockBytes / Unsafe.SizeOf<T>();
        for (var i = 0; i < values.Length; i += block)
        {
            var part = values.Slice(i, Math.Min(block, values.Length - i));
            if (BitConverter.IsLittleEndian)
            {
                stream.Write(MemoryMarshal.AsBytes(part));
                continue;
            }

            var copy = MemoryMarshal.AsBytes(part).ToArray();
            Reverse(copy, Unsafe.SizeOf<T>());
            stream.Write(copy);
        }
    }

    /// <summary>Reads a whole array.</summary>
    /// <typeparam name="T">A number type without padding.</typeparam>
    /// <param name="stream">Read from.</param>
    /// <param name="values">Out; filled whole.</param>
    /// <exception cref="EndOfStreamException">The stream ends before it is full.</exception>
    public static void Read<T>(Stream stream, Span<T> values)
        where T : unmanaged
    {
        var block = BlockBytes / Unsafe.SizeOf<T>();
        for (var i = 0; i < values.Length; i += block)
        {
            var part = MemoryMarshal.AsBytes(values.Slice(i, Math.Min(block, values.Length - i)));
            stream.ReadExactly(part);
            if (!BitConverter.IsLittleEndian)
            {
                Reverse(part, Unsafe.SizeOf<T>());
            }
        }
    }

    /// <summary>Reads one number.</summary>
    /// <typeparam name="T">A number type without padding.</typeparam>
    /// <param name="stream">Read from.</param>
    /// <returns>The number.</returns>
    /// <exception cref="EndOfStreamException">The stream ends before it.</exception>
    public static T Read<T>(Stream stream)
        where T : unmanaged
    {
        var value = default(T);
        Read(stream, new Span<T>(ref value));
        return value;
    }

    /// <summary>Writes one number.</summary>
    /// <typeparam name="T">A number type without padding.</typeparam>
    /// <param name="stream">Written to.</param>
    /// <param name="value">The number.</param>
    public static void Write<T>(Stream stream, T value)
        where T : unmanaged => Write(stream, new ReadOnlySpan<T>(in value));

    private static void Reverse(Span<byte> bytes, int size)
    {
        for (var i = 0; i < bytes.Length; i += size)
        {
            bytes.Slice(i, size).Reverse();
        }
    }
}
