using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KMeans.Kernels;

/// <summary>Centers in panels for the float32 kernels, with the constants of the error bound (docs/design/kernels.md).</summary>
/// <remarks>
/// A panel holds G vectors of centers, feature by feature: (d, G W) row-major; the last panel has the vectors that are left. Weights are -2 c rounded to float32, starts |c|^2. Places after the last center have weights 0 and start +infinity, in columns the largest number: their score never is below a threshold.
/// So are centers beyond <see cref="LargestNorm"/> packed: no float32 score can overflow, and <see cref="LeastOversizedNorm"/> says which samples they could win.
/// </remarks>
internal unsafe class SimdCenters : PackedCenters
{
    /// <summary>Centers in a group of the row layout, but for the last groups.</summary>
    public const int GroupSize = 6;

    /// <summary>Centers in each of the last groups: with them at most one place is left over, for any number of centers beyond two.</summary>
    public const int SmallGroupSize = 4;

    /// <summary>Centers with a greater norm are left out of the float32 scores.</summary>
    public const double LargestNorm = 1e18;

    /// <summary>Beyond it the first-order bounds are not worth keeping: doubles decide every row.</summary>
    private const double LongestChain = 1 << 18;

    // Subnormal operands cost a hundred cycles each, so the constants stay away from them; such small data is decided in double.
    private const float LeastNorm = 1e-18f;
    private const float LeastUnderflow = 1e-36f;
    // 2^-124: a device that flushes subnormal numbers loses up to 2^-126 in each of two operations a feature, and as much in each rounding of the formulas.
    private const double FlushedTerm = 1.0 / (1L << 62) / (1L << 62);
    private const int LineLength = 16;

    /// <summary>The start where scores carry a place: above every threshold, and still a number when its last bits change.</summary>
    private const float LargestStart = float.MaxValue;

    private const double UnitRoundoff = 1.0 / (1 << 24);

    private long placeStride;
    private readonly AlignedMemory<float> memory = new();

    /// <summary>What the weights are laid out for.</summary>
    public KernelForm Form { get; private set; }

    /// <summary>W, lanes of a vector.</summary>
    public int Width { get; private set; }

    /// <summary>Vectors of centers, ceil(K / W).</summary>
    public int VectorCount { get; private set; }

    /// <summary>G, vectors in a panel.</summary>
    public int PanelSize { get; private set; }

    /// <summary>ceil(K / (G W)).</summary>
    public int PanelCount { get; private set; }

    /// <summary>Groups of centers for columns, those of <see cref="GroupSize"/> first; 0 in other forms.</summary>
    public int GroupCount { get; private set; }

    /// <summary>Groups of <see cref="SmallGroupSize"/>, the last ones: 0 to 2.</summary>
    public int SmallGroupCount { get; private set; }

    /// <summary>Places for centers in columns.</summary>
    public int PlaceCount => (GroupCount * GroupSize) - (SmallGroupCount * (GroupSize - SmallGroupSize));

    /// <summary>The weights: the panels, one after another, or the centers, one after another.</summary>
    public float* Weights { get; private set; }

    /// <summary>The score's start of every center, padded to whole vectors.</summary>
    public float* Starts { get; private set; }

    /// <summary>An upper bound on the norms of the centers in the panels.</summary>
    public float Norm { get; private set; }

    /// <summary>A lower bound on the norms of the centers that are not; infinity when all are.</summary>
    public float LeastOversizedNorm { get; private set; }

    /// <summary>gamma: the relative error of a score to |c|^2 + 2 |x| |c|. Infinity for a d so large that nothing can be proven.</summary>
    public float ScoreError { get; private set; }

    /// <summary>What underflow may add to a score, absolute, for samples of norm 1 or less.</summary>
    public float Underflow { get; private set; }

    /// <summary>Packs into panels. O(K d).</summary>
    /// <param name="centers">Row-major (K, d).</param>
    /// <param name="centerCount">K.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="width">W.</param>
    /// <param name="panelSize">G.</param>
    public void SetPanels(ReadOnlySpan<double> centers, int centerCount, int featureCount, int width, int panelSize)
    {
        Keep(centers, centerCount, featureCount);
        Form = KernelForm.Panels;
        SetVectors(width, panelSize);
        Pack((long)VectorCount * width, featureCount);
    }

    /// <summary>Packs into panels of one vector each for a device: W places, feature by feature, whose arithmetic may flush subnormal numbers to zero. O(K d).</summary>
    /// <param name="centers">Row-major (K, d).</param>
    /// <param name="centerCount">K.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="width">W.</param>
    public void SetDevicePanels(ReadOnlySpan<double> centers, int centerCount, int featureCount, int width)
    {
        SetPanels(centers, centerCount, featureCount, width, 1);
        AllowFlushing();
    }

    /// <summary>Packs one center after another for a device's matrix product: (K, d) row-major with K filled up, for arithmetic that may flush subnormal numbers to zero. O(K d).</summary>
    /// <param name="centers">Row-major (K, d).</param>
    /// <param name="centerCount">K.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="multiple">K is filled up to a multiple of it.</param>
    public void SetDeviceRows(ReadOnlySpan<double> centers, int centerCount, int featureCount, int multiple)
    {
        SetFeatures(centers, centerCount, featureCount, 1, 1, multiple);
        AllowFlushing();
    }

    /// <summary>Packs one center after another, in groups, for samples across the lanes. O(K d).</summary>
    /// <param name="centers">Row-major (K, d).</param>
    /// <param name="centerCount">K.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="width">W, of the samples.</param>
    public void SetColumns(ReadOnlySpan<double> centers, int centerCount, int featureCount, int width)
    {
        Keep(centers, centerCount, featureCount);
        Form = KernelForm.Columns;
        Width = width;
        var places = Math.Max(centerCount + (centerCount % 2), SmallGroupSize);
        SmallGroupCount = (places % GroupSize) switch { SmallGroupSize => 1, 2 => 2, _ => 0 };
        GroupCount = ((places - (SmallGroupCount * SmallGroupSize)) / GroupSize) + SmallGroupCount;
        Pack(PlaceCount, featureCount, LargestStart, ScorePlace.Roundings);
    }

    /// <summary>
    /// Packs one center after another for features across the lanes. The last vector of a center belongs to its last W features; those that the vector before it has already are 0. O(K d).
    /// </summary>
    /// <param name="centers">Row-major (K, d).</param>
    /// <param name="centerCount">K.</param>
    /// <param name="featureCount">d, at least W.</param>
    /// <param name="width">W.</param>
    /// <param name="panelSize">G: the scores end in panels.</param>
    /// <param name="groupSize">K is filled up to a multiple of it.</param>
    public void SetFeatures(ReadOnlySpan<double> centers, int centerCount, int featureCount, int width, int panelSize, int groupSize)
    {
        Keep(centers, centerCount, featureCount);
        Form = KernelForm.Features;
        SetVectors(width, panelSize);
        Pack((centerCount + groupSize - 1L) / groupSize * groupSize, (featureCount + width - 1L) / width * width);
    }

    private void SetVectors(int width, int panelSize)
    {
        Width = width;
        GroupCount = SmallGroupCount = 0;
        VectorCount = (CenterCount + width - 1) / width;
        PanelSize = panelSize;
        PanelCount = (VectorCount + panelSize - 1) / panelSize;
    }

    private void Pack(long padded, long stride, float startOfNone = float.PositiveInfinity, int moreRoundings = 0)
    {
        // The weights begin on a boundary too.
        placeStride = stride;
        var startLength = (padded + LineLength - 1) / LineLength * LineLength;
        var weightLength = checked(padded * stride);
        Starts = memory.Reserve(checked(startLength + weightLength + LineLength));
        Weights = Starts + startLength;

        // A vector of the last weights may reach beyond them, and then has no effect.
        new Span<float>(Weights + weightLength, LineLength).Clear();
        SetErrors(FeatureCount + moreRoundings);
        var greatest = 0.0;
        var leastOversized = double.PositiveInfinity;
        var anyOversized = false;
        for (var j = 0; j < padded; j++)
        {
            var center = j < CenterCount ? Center(j) : default;
            var squaredNorm = j < CenterCount ? SquaredNorm(center) : double.PositiveInfinity;
            var fits = squaredNorm <= LargestNorm * LargestNorm;
            Starts[j] = fits ? (float)squaredNorm : startOfNone;
            PackOne(fits ? center : default, j);
            if (fits)
            {
                greatest = Math.Max(greatest, squaredNorm);
            }
            else if (j < CenterCount)
            {
                anyOversized = true;
                leastOversized = Math.Min(leastOversized, squaredNorm);
            }
        }

        // Rounded up by more than the few roundings of a norm, and down; a norm that overflows double is beyond any float all the same.
        Norm = Math.Max((float)(Math.Sqrt(greatest) * (1 + 1e-6)), LeastNorm);
        LeastOversizedNorm = anyOversized ? (float)Math.Min(Math.Sqrt(leastOversized) * (1 - 1e-6), float.MaxValue) : float.PositiveInfinity;
    }

    /// <summary>Writes a row, or one column of a panel: -2 c in float32, or zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackOne(ReadOnlySpan<double> center, int index)
    {
        if (Form != KernelForm.Panels)
        {
            var weights = Weights + (index * placeStride);
            WriteWeights(center, weights, 1);
            MoveTail(weights);
            return;
        }

        var first = index / (PanelSize * Width) * PanelSize;
        nint stride = Math.Min(PanelSize, VectorCount - first) * Width;
        WriteWeights(center, Weights + ((nint)first * Width * FeatureCount) + (index - (first * Width)), stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteWeights(ReadOnlySpan<double> center, float* weights, nint stride)
    {
        for (var i = 0; i < FeatureCount; i++)
        {
            weights[i * stride] = center.IsEmpty ? 0 : (float)(-2 * center[i]);
        }
    }

    /// <summary>Moves the last features, fewer than a vector, to the end of their vector.</summary>
    private void MoveTail(float* weights)
    {
        var gap = (int)placeStride - FeatureCount;
        if (gap > 0)
        {
            var tail = new Span<float>(weights, (int)placeStride)[^Width..];
            tail[..^gap].CopyTo(tail[gap..]);
            tail[..gap].Clear();
        }
    }

    private void AllowFlushing() => Underflow = Math.Max(Underflow, (float)((FeatureCount + 8.0) * FlushedTerm));

    private void SetErrors(int featureCount)
    {
        var roundings = featureCount + 8.0;
        ScoreError = roundings < LongestChain ? (float)(roundings * UnitRoundoff / (1 - (roundings * UnitRoundoff)) * (1 + 1e-6)) : float.PositiveInfinity;
        Underflow = Math.Max((float)(roundings * 8 * float.Epsilon), LeastUnderflow);
    }

    /// <summary>|c|^2, in any order: the bound has room for the rounding of a sum of doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double SquaredNorm(ReadOnlySpan<double> center)
    {
        var vectors = MemoryMarshal.Cast<double, Vector<double>>(center);
        var sum = Vector<double>.Zero;
        foreach (var vector in vectors)
        {
            sum += vector * vector;
        }

        var squaredNorm = Vector.Sum(sum);
        foreach (var value in center[(vectors.Length * Vector<double>.Count)..])
        {
            squaredNorm += value * value;
        }

        return squaredNorm;
    }
}
