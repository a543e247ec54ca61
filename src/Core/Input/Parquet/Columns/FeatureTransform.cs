using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KMeans.Input.Parquet.Columns;

/// <summary>Converts decoded values into samples: (x - shift) * factor, rounded once to the sample's type.</summary>
/// <remarks>
/// Gives the bits of <see cref="ColumnTransform.Apply(double, int)"/> and <see cref="ColumnTransform.Apply(long, int)"/>. Has shifts and factors for a run
/// of values: a list's own, or one column's repeated, so that one loop serves both.
/// </remarks>
internal sealed class FeatureTransform
{
    /// <summary>Values converted at a time, through a buffer of doubles on the stack; also the length of a flat column's repeated constants.</summary>
    public const int Block = 64;

    private readonly ColumnTransform whole;
    private readonly int first;
    private Constants? constants;

    /// <summary>Prepares one column's part of a transform.</summary>
    /// <param name="whole">The transform of all features.</param>
    /// <param name="first">The column's first feature.</param>
    /// <param name="width">How many features it gives.</param>
    public FeatureTransform(ColumnTransform whole, int first, int width)
    {
        this.whole = whole;
        this.first = first;
        Width = width;
        IsIdentity = !whole.Shifts.AsSpan(first, width).ContainsAnyExcept(0.0) && !whole.Factors.AsSpan(first, width).ContainsAnyExcept(1.0);
    }

    /// <summary>The first feature's shift: a flat column's.</summary>
    public double Shift => whole.Shifts[first];

    /// <summary>The first feature's factor: a flat column's.</summary>
    public double Factor => whole.Factors[first];

    /// <summary>How many features the column gives.</summary>
    public int Width { get; }

    /// <summary>Whether nothing is shifted or scaled.</summary>
    public bool IsIdentity { get; }

    /// <summary>Converts values of a flat column.</summary>
    /// <typeparam name="TValue">The decoded type.</typeparam>
    /// <typeparam name="T">The sample's type.</typeparam>
    /// <param name="values">In.</param>
    /// <param name="samples">Out, at least as long.</param>
    public void Convert<TValue, T>(ReadOnlySpan<TValue> values, Span<T> samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (IsIdentity && typeof(TValue) == typeof(T))
        {
            Cast<TValue, T>(values).CopyTo(samples);
            return;
        }

        if (typeof(TValue) == typeof(float) && typeof(T) == typeof(float))
        {
            FloatConversion.Run(Cast<TValue, float>(values), Shift, Factor, MemoryMarshal.Cast<T, float>(samples));
            return;
        }

        for (var i = 0; i < values.Length; i += Block)
        {
            var count = Math.Min(Block, values.Length - i);
            ConvertBlock(values.Slice(i, count), samples.Slice(i, count), 0);
        }
    }

    /// <summary>Converts values of one list.</summary>
    /// <typeparam name="TValue">The decoded type.</typeparam>
    /// <typeparam name="T">The sample's type.</typeparam>
    /// <param name="values">In; the list's elements from <paramref name="element"/> on.</param>
    /// <param name="samples">Out, at least as long.</param>
    /// <param name="element">Index of the first element in its list.</param>
    public void ConvertList<TValue, T>(ReadOnlySpan<TValue> values, Span<T> samples, int element)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (IsIdentity && typeof(TValue) == typeof(T))
        {
            Cast<TValue, T>(values).CopyTo(samples);
            return;
        }

        if (typeof(TValue) == typeof(float) && typeof(T) == typeof(float) && Width > 1)
        {
            var start = first + element;
            FloatConversion.Run(Cast<TValue, float>(values), whole.Shifts.AsSpan(start), whole.Factors.AsSpan(start), MemoryMarshal.Cast<T, float>(samples));
            return;
        }

        for (var i = 0; i < values.Length; i += Block)
        {
            var count = Math.Min(Block, values.Length - i);
            ConvertBlock(values.Slice(i, count), samples.Slice(i, count), Width == 1 ? 0 : element + i);
        }
    }

    private static ReadOnlySpan<TTo> Cast<TFrom, TTo>(ReadOnlySpan<TFrom> values) =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<TFrom, TTo>(ref MemoryMarshal.GetReference(values)), values.Length);

    /// <summary>Rounds scaled doubles to samples.</summary>
    private static void Store<T>(Span<double> values, ReadOnlySpan<double> factors, Span<T> samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var i = 0;
        ref var value = ref MemoryMarshal.GetReference(values);
        ref var factor = ref MemoryMarshal.GetReference(factors);
        var lanes = Vector<double>.Count;
        if (typeof(T) == typeof(float))
        {
            ref var sample = ref Unsafe.As<T, float>(ref MemoryMarshal.GetReference(samples));
            for (; i <= values.Length - (2 * lanes); i += 2 * lanes)
            {
                var low = Vector.LoadUnsafe(ref value, (nuint)i) * Vector.LoadUnsafe(ref factor, (nuint)i);
                var high = Vector.LoadUnsafe(ref value, (nuint)(i + lanes)) * Vector.LoadUnsafe(ref factor, (nuint)(i + lanes));
                Vector.Narrow(low, high).StoreUnsafe(ref sample, (nuint)i);
            }
        }
        else
        {
            ref var sample = ref Unsafe.As<T, double>(ref MemoryMarshal.GetReference(samples));
            for (; i <= values.Length - lanes; i += lanes)
            {
                (Vector.LoadUnsafe(ref value, (nuint)i) * Vector.LoadUnsafe(ref factor, (nuint)i)).StoreUnsafe(ref sample, (nuint)i);
            }
        }

        for (; i < values.Length; i++)
        {
            samples[i] = T.CreateSaturating(values[i] * factors[i]);
        }
    }

    private void ConvertBlock<TValue, T>(ReadOnlySpan<TValue> values, Span<T> samples, int start)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var own = constants ??= new Constants(whole, first, Width);
        Span<double> differences = stackalloc double[Block];
        differences = differences[..values.Length];
        if (typeof(TValue) == typeof(long))
        {
            if (!Subtract(Cast<TValue, long>(values), differences, start))
            {
                ConvertEach(Cast<TValue, long>(values), samples, start);
                return;
            }
        }
        else if (typeof(TValue) == typeof(ulong))
        {
            ConvertEach(Cast<TValue, ulong>(values), samples, start);
            return;
        }
        else
        {
            Widen(values, differences);
            var shift = own.Transform.Shifts.AsSpan(start, differences.Length);
            var i = 0;
            for (; i <= differences.Length - Vector<double>.Count; i += Vector<double>.Count)
            {
                var difference = new Vector<double>(differences[i..]) - new Vector<double>(shift[i..]);
                difference.CopyTo(differences[i..]);
            }

            for (; i < differences.Length; i++)
            {
                differences[i] -= shift[i];
            }
        }

        Store(differences, own.Transform.Factors.AsSpan(start, differences.Length), samples);
    }

    private static void Widen<TValue>(ReadOnlySpan<TValue> values, Span<double> doubles)
    {
        if (typeof(TValue) == typeof(float))
        {
            var source = Cast<TValue, float>(values);
            var i = 0;
            for (; i <= source.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector.Widen(new Vector<float>(source[i..]), out var low, out var high);
                low.CopyTo(doubles[i..]);
                high.CopyTo(doubles[(i + Vector<double>.Count)..]);
            }

            for (; i < source.Length; i++)
            {
                doubles[i] = source[i];
            }
        }
        else if (typeof(TValue) == typeof(double))
        {
            Cast<TValue, double>(values).CopyTo(doubles);
        }
        else if (typeof(TValue) == typeof(int))
        {
            var source = Cast<TValue, int>(values);
            for (var i = 0; i < source.Length; i++)
            {
                doubles[i] = source[i];
            }
        }
        else
        {
            var source = Cast<TValue, uint>(values);
            for (var i = 0; i < source.Length; i++)
            {
                doubles[i] = source[i];
            }
        }
    }

    /// <summary>Subtracts in 64-bit integers.</summary>
    /// <returns>False where a shift is not whole or a difference overflows: then each value is decided by itself.</returns>
    private bool Subtract(ReadOnlySpan<long> values, Span<double> differences, int start)
    {
        if (!constants!.AreShiftsWhole)
        {
            return false;
        }

        var shift = constants!.WholeShifts.AsSpan(start, values.Length);
        var overflow = 0L;
        for (var i = 0; i < values.Length; i++)
        {
            var difference = unchecked(values[i] - shift[i]);
            overflow |= (values[i] ^ shift[i]) & (values[i] ^ difference);
            differences[i] = difference;
        }

        return overflow >= 0;
    }

    private void ConvertEach<T>(ReadOnlySpan<long> values, Span<T> samples, int start)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < values.Length; i++)
        {
            samples[i] = T.CreateSaturating(constants!.Transform.Apply(values[i], start + i));
        }
    }

    private void ConvertEach<T>(ReadOnlySpan<ulong> values, Span<T> samples, int start)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i] <= long.MaxValue ? constants!.Transform.Apply((long)values[i], start + i) : constants!.Transform.Apply((double)values[i], start + i);
            samples[i] = T.CreateSaturating(value);
        }
    }

    /// <summary>Shifts and factors of a block's values, made only for those who read them from memory: most columns never do.</summary>
    private sealed class Constants
    {
        public Constants(ColumnTransform whole, int first, int width)
        {
            var length = width == 1 ? Block : width;
            var shifts = new double[length];
            var factors = new double[length];
            WholeShifts = new long[length];
            AreShiftsWhole = true;
            for (var i = 0; i < length; i++)
            {
                var feature = width == 1 ? first : first + i;
                shifts[i] = whole.Shifts[feature];
                factors[i] = whole.Factors[feature];
                WholeShifts[i] = (long)shifts[i];
                AreShiftsWhole &= WholeShifts[i] == shifts[i];
            }

            Transform = new ColumnTransform(shifts, factors);
        }

        public ColumnTransform Transform { get; }

        public long[] WholeShifts { get; }

        public bool AreShiftsWhole { get; }
    }
}
