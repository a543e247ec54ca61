using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KMeans.Input;

/// <summary>Converts float32 values into float32 samples: (x - shift) * factor in double, rounded once, in one pass that keeps the doubles in registers.</summary>
/// <remarks>Gives the bits of <see cref="ColumnTransform.Apply(double, int)"/>. O(n).</remarks>
internal static class FloatConversion
{
    /// <summary>Converts a run of different features.</summary>
    /// <param name="values">Length n in.</param>
    /// <param name="shifts">Length n in.</param>
    /// <param name="factors">Length n in.</param>
    /// <param name="samples">At least n out.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ReadOnlySpan<float> values, ReadOnlySpan<double> shifts, ReadOnlySpan<double> factors, Span<float> samples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shifts.Length, values.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(factors.Length, values.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples.Length, values.Length);
        ref var value = ref MemoryMarshal.GetReference(values);
        ref var shift = ref MemoryMarshal.GetReference(shifts);
        ref var factor = ref MemoryMarshal.GetReference(factors);
        ref var sample = ref MemoryMarshal.GetReference(samples);
        var half = Vector<double>.Count;
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref value, (nuint)i), out var low, out var high);
            low = (low - Vector.LoadUnsafe(ref shift, (nuint)i)) * Vector.LoadUnsafe(ref factor, (nuint)i);
            high = (high - Vector.LoadUnsafe(ref shift, (nuint)(i + half))) * Vector.LoadUnsafe(ref factor, (nuint)(i + half));
            Vector.Narrow(low, high).StoreUnsafe(ref sample, (nuint)i);
        }

        for (; i < values.Length; i++)
        {
            samples[i] = (float)((values[i] - shifts[i]) * factors[i]);
        }
    }

    /// <summary>Converts a run of values of one feature.</summary>
    /// <param name="values">Length n in.</param>
    /// <param name="shift">The feature's.</param>
    /// <param name="factor">The feature's.</param>
    /// <param name="samples">At least n out.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ReadOnlySpan<float> values, double shift, double factor, Span<float> samples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples.Length, values.Length);
        ref var value = ref MemoryMarshal.GetReference(values);
        ref var sample = ref MemoryMarshal.GetReference(samples);
        var shifts = new Vector<double>(shift);
        var factors = new Vector<double>(factor);
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref value, (nuint)i), out var low, out var high);
            Vector.Narrow((low - shifts) * factors, (high - shifts) * factors).StoreUnsafe(ref sample, (nuint)i);
        }

        for (; i < values.Length; i++)
        {
            samples[i] = (float)((values[i] - shift) * factor);
        }
    }
}
