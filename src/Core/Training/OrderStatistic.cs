using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KMeans.Training;

/// <summary>Finds the value that would be at a place if the values were sorted.</summary>
internal static class OrderStatistic
{
    /// <summary>Below so many values sorting is as quick.</summary>
    private const int FewValues = 32;

    /// <summary>From so many values on a sample brackets the place first.</summary>
    private const int ManyValues = 2048;
    private const int SampleValues = 256;

    /// <summary>How far the bracket reaches to both sides of the place, in sampled values: two and a half standard deviations of the median's.</summary>
    private const int Reach = 20;

    /// <summary>Finds where sorted values reach a weight. O(n).</summary>
    /// <param name="weights">Those of the values, in their order; none negative.</param>
    /// <param name="least">What the weights up to the place, its own included, come to at least.</param>
    /// <returns>The first such place; -1 where all together weigh less.</returns>
    public static int Reaching(ReadOnlySpan<double> weights, double least)
    {
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += weights[i];
            if (sum >= least)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>
    /// Selects. Of many values those are gathered first that lie between two of a sorted sample (Floyd and Rivest 1975): one pass without the
    /// mispredicted branches that partitioning costs. Then Hoare's quickselect with the median of three; O(n), and O(n log n) at worst, because what does not shrink is sorted.
    /// </summary>
    /// <param name="values">Any order, none NaN; reordered.</param>
    /// <param name="place">0 to n - 1.</param>
    /// <returns>The value; of equal ones (0 and -0) any.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Select(Span<double> values, int place)
    {
        if (values.Length >= ManyValues)
        {
            Span<double> sample = stackalloc double[SampleValues];
            for (var i = 0; i < SampleValues; i++)
            {
                sample[i] = values[(int)((long)i * values.Length / SampleValues)];
            }

            sample.Sort();
            var middle = (int)((long)place * SampleValues / values.Length);
            var (least, most) = (sample[Math.Max(0, middle - Reach)], sample[Math.Min(SampleValues - 1, middle + Reach)]);
            var (below, gathered) = (0, 0);
            var bits = MemoryMarshal.Cast<double, long>(values);
            for (var i = 0; i < bits.Length; i++)
            {
                // Values within change places with the first that is not, those outside with nothing: without a branch, which would be mispredicted for every sixth value.
                var value = values[i];
                below += value < least ? 1 : 0;
                var within = (value >= least ? 1 : 0) & (value <= most ? 1 : 0);
                var change = (bits[i] ^ bits[gathered]) & -(long)within;
                bits[i] ^= change;
                bits[gathered] ^= change;
                gathered += within;
            }

            if (place >= below && place - below < gathered)
            {
                return least == most ? least : Partition(values[..gathered], place - below);
            }
        }

        return Partition(values, place);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Partition(Span<double> values, int place)
    {
        var (low, high) = (0, values.Length - 1);
        for (var rounds = 2 * BitOperations.Log2((uint)values.Length + 1); high - low >= FewValues && rounds > 0; rounds--)
        {
            var pivot = MedianOfThree(values[low], values[low + ((high - low) / 2)], values[high]);
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (values[i] < pivot)
                {
                    i++;
                }

                while (values[j] > pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }

            // All up to j are at most the pivot, all from i at least; between them are pivots.
            if (place <= j)
            {
                high = j;
            }
            else if (place >= i)
            {
                low = i;
            }
            else
            {
                return pivot;
            }
        }

        values.Slice(low, high - low + 1).Sort();
        return values[place];
    }

    private static double MedianOfThree(double a, double b, double c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
