using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KMeans.Input.Elements;

/// <summary>Turns stored elements into doubles. Every type but the 64-bit integers converts exactly; those round once.</summary>
/// <remarks>Elements are in this machine's byte order: call <see cref="ReverseBytes"/> first where the file's differs.</remarks>
internal static class ElementConverter
{
    /// <summary>Reverses the bytes of every element in place.</summary>
    /// <param name="type">The elements' type.</param>
    /// <param name="elements">In/out; whole elements.</param>
    public static void ReverseBytes(ElementType type, Span<byte> elements)
    {
        switch (type.Size())
        {
            case 2:
                var shorts = MemoryMarshal.Cast<byte, ushort>(elements);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                var ints = MemoryMarshal.Cast<byte, uint>(elements);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case 8:
                var longs = MemoryMarshal.Cast<byte, ulong>(elements);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }

    /// <summary>Converts a run of elements. O(n), vectorised for float.</summary>
    /// <param name="type">The elements' type.</param>
    /// <param name="elements">n elements in.</param>
    /// <param name="values">Length n out.</param>
    public static void Convert(ElementType type, ReadOnlySpan<byte> elements, Span<double> values)
    {
        switch (type)
        {
            case ElementType.Boolean:
                Booleans(elements, values);
                break;
            case ElementType.Int8:
                Each<sbyte>(elements, values);
                break;
            case ElementType.UInt8:
                Each<byte>(elements, values);
                break;
            case ElementType.Int16:
                Each<short>(elements, values);
                break;
            case ElementType.UInt16:
                Each<ushort>(elements, values);
                break;
            case ElementType.Int32:
                Each<int>(elements, values);
                break;
            case ElementType.UInt32:
                Each<uint>(elements, values);
                break;
            case ElementType.Int64:
                Each<long>(elements, values);
                break;
            case ElementType.UInt64:
                Each<ulong>(elements, values);
                break;
            case ElementType.Float16:
                Each<Half>(elements, values);
                break;
            case ElementType.Float32:
                Widen(MemoryMarshal.Cast<byte, float>(elements), values);
                break;
            case ElementType.Float64:
                MemoryMarshal.Cast<byte, double>(elements)[..values.Length].CopyTo(values);
                break;
        }
    }

    /// <summary>Converts chosen elements of a row.</summary>
    /// <param name="type">The elements' type.</param>
    /// <param name="row">The row's elements.</param>
    /// <param name="ordinals">Length n in: which elements.</param>
    /// <param name="values">Length n out.</param>
    public static void Gather(ElementType type, ReadOnlySpan<byte> row, ReadOnlySpan<int> ordinals, Span<double> values)
    {
        if (type == ElementType.Float32)
        {
            var floats = MemoryMarshal.Cast<byte, float>(row);
            for (var i = 0; i < ordinals.Length; i++)
            {
                values[i] = floats[ordinals[i]];
            }
        }
        else if (type == ElementType.Float64)
        {
            var doubles = MemoryMarshal.Cast<byte, double>(row);
            for (var i = 0; i < ordinals.Length; i++)
            {
                values[i] = doubles[ordinals[i]];
            }
        }
        else
        {
            var size = type.Size();
            for (var i = 0; i < ordinals.Length; i++)
            {
                Convert(type, row.Slice(ordinals[i] * size, size), values.Slice(i, 1));
            }
        }
    }

    private static void Booleans(ReadOnlySpan<byte> elements, Span<double> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = elements[i] == 0 ? 0.0 : 1.0;
        }
    }

    private static void Each<TElement>(ReadOnlySpan<byte> elements, Span<double> values)
        where TElement : unmanaged, INumberBase<TElement>
    {
        var typed = MemoryMarshal.Cast<byte, TElement>(elements)[..values.Length];
        for (var i = 0; i < typed.Length; i++)
        {
            values[i] = double.CreateTruncating(typed[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(ReadOnlySpan<float> elements, Span<double> values)
    {
        var i = 0;
        var width = Vector<float>.Count;
        for (; i <= values.Length - width; i += width)
        {
            Vector.Widen(new Vector<float>(elements[i..]), out var low, out var high);
            low.CopyTo(values[i..]);
            high.CopyTo(values[(i + (width / 2))..]);
        }

        for (; i < values.Length; i++)
        {
            values[i] = elements[i];
        }
    }
}
