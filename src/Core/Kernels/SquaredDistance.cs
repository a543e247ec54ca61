namespace KMeans.Kernels;

/// <summary>The squared distance that decides: double arithmetic in eight fixed lanes, the same bits on every instruction set.</summary>
public static partial class SquaredDistance
{
    /// <summary>How many partial sums the definition has.</summary>
    public const int LaneCount = 8;

    /// <summary>The definition: lane l sums (x_i - c_i)^2 over i = l, l + 8, l + 16, ..., by fused multiply-add (difference rounded, square and sum rounded once), then the lanes are added pairwise: l and l + 4, l and l + 2, l and l + 1.</summary>
    /// <param name="sample">Length d.</param>
    /// <param name="center">Length d.</param>
    /// <returns>D(x, c). Infinity where it overflows; never negative.</returns>
    public static double Scalar(ReadOnlySpan<float> sample, ReadOnlySpan<double> center)
    {
        Span<double> lanes = stackalloc double[LaneCount];
        lanes.Clear();
        for (var i = 0; i < sample.Length; i++)
        {
            var difference = sample[i] - center[i];
            lanes[i % LaneCount] = Math.FusedMultiplyAdd(difference, difference, lanes[i % LaneCount]);
        }

        for (var half = LaneCount / 2; half > 0; half /= 2)
        {
            for (var l = 0; l < half; l++)
            {
                lanes[l] += lanes[l + half];
            }
        }

        return lanes[0];
    }
}
