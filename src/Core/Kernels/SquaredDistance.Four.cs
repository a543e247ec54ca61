using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace KMeans.Kernels;

/// <content>Four rows at a time: the definition makes one row a single chain of additions, and four chains keep the adders busy.</content>
public static partial class SquaredDistance
{
    /// <summary>D of four consecutive samples to a center each; the bits of <see cref="Scalar"/>. O(d).</summary>
    /// <param name="samples">Row-major (4, d) in.</param>
    /// <param name="centers">Row-major (K, d) in.</param>
    /// <param name="labels">Four rows of centers in.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="squaredDistances">Length 4 out.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static unsafe void OfFour(float* samples, double* centers, int* labels, int featureCount, double* squaredDistances)
    {
        nint d = featureCount;
        var x1 = samples + d;
        var x2 = x1 + d;
        var x3 = x2 + d;
        var c0 = centers + (labels[0] * d);
        var c1 = centers + (labels[1] * d);
        var c2 = centers + (labels[2] * d);
        var c3 = centers + (labels[3] * d);
        if (!Vector512.IsHardwareAccelerated || d < LaneCount)
        {
            squaredDistances[0] = Between(new(samples, featureCount), new(c0, featureCount));
            squaredDistances[1] = Between(new(x1, featureCount), new(c1, featureCount));
            squaredDistances[2] = Between(new(x2, featureCount), new(c2, featureCount));
            squaredDistances[3] = Between(new(x3, featureCount), new(c3, featureCount));
            return;
        }

        var lanes0 = Vector512<double>.Zero;
        var lanes1 = Vector512<double>.Zero;
        var lanes2 = Vector512<double>.Zero;
        var lanes3 = Vector512<double>.Zero;
        nint i = 0;
        for (; i <= d - LaneCount; i += LaneCount)
        {
            lanes0 += Squares(samples + i, c0 + i);
            lanes1 += Squares(x1 + i, c1 + i);
            lanes2 += Squares(x2 + i, c2 + i);
            lanes3 += Squares(x3 + i, c3 + i);
        }

        if (i < d)
        {
            // The last eight features, of which those not yet counted move down and the others give way to zeros.
            var last = d - LaneCount;
            var down = Vector512<long>.Indices + Vector512.Create((long)(i - last));
            lanes0 += Vector512.Shuffle(Squares(samples + last, c0 + last), down);
            lanes1 += Vector512.Shuffle(Squares(x1 + last, c1 + last), down);
            lanes2 += Vector512.Shuffle(Squares(x2 + last, c2 + last), down);
            lanes3 += Vector512.Shuffle(Squares(x3 + last, c3 + last), down);
        }

        squaredDistances[0] = Reduce(lanes0.GetLower() + lanes0.GetUpper());
        squaredDistances[1] = Reduce(lanes1.GetLower() + lanes1.GetUpper());
        squaredDistances[2] = Reduce(lanes2.GetLower() + lanes2.GetUpper());
        squaredDistances[3] = Reduce(lanes3.GetLower() + lanes3.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector512<double> Squares(float* x, double* c)
    {
        var difference = Widen512(in *x) - Vector512.Load(c);
        return difference * difference;
    }
}
