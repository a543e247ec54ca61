using System.Numerics;
using System.Runtime.CompilerServices;

namespace KMeans.Input;

/// <summary>Finds missing values in a batch and applies the policy.</summary>
internal static class MissingValues
{
    /// <summary>Whether every value is finite. One vectorised look at the batch while it is in cache: x - x is 0 for a finite x and NaN for any other.</summary>
    /// <param name="values">In.</param>
    /// <returns>False if there is a NaN or an infinity.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool AllFinite(ReadOnlySpan<float> values)
    {
        var sum = Vector<float>.Zero;
        var width = Vector<float>.Count;
        var i = 0;
        for (; i <= values.Length - width; i += width)
        {
            var v = new Vector<float>(values.Slice(i, width));
            sum += v - v;
        }

        if (!Vector.EqualsAll(sum, Vector<float>.Zero))
        {
            return false;
        }

        for (; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The first missing value of a row.</summary>
    /// <param name="row">Length d.</param>
    /// <returns>Its feature, or -1.</returns>
    public static int IndexIn(ReadOnlySpan<float> row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            if (!float.IsFinite(row[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
