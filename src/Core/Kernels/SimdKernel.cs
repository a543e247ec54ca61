using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>Scores in float32, register-blocked; the minima and a proven error bound leave a row one candidate, or doubles decide between those left.</summary>
/// <remarks>
/// Per block of rows: scores against all centers go to scratch that stays in the nearest caches, with the lane-wise minima of every panel; per row the least score and
/// the bound give a threshold below which the answer must be; one scan of the minima finds the candidates. A block takes each step for all its rows, because one row's
/// steps are a chain of latencies. The derivation is in docs/design/kernels.md.
/// </remarks>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
/// <param name="name">How the kernel is called.</param>
internal sealed unsafe class SimdKernel<TLanes, TVector>(string name) : IAssignmentKernel
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : struct
{
    private const int RowCount = ScoreTile<TLanes, TVector>.RowCount;
    private const long BlockScoreBytes = 20 << 10;
    private const long BlockRowBytes = 160 << 10;
    private const long LargePanelBytes = 384 << 10;
    private const long LargeBlockBytes = 512 << 10;
    private const long MaxTileCount = 16;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public PackedCenters Pack(ReadOnlySpan<double> centers, int centerCount, int featureCount, PackedCenters? reuse = null)
    {
        var packed = reuse as SimdCenters ?? new SimdCenters();
        packed.Set(centers, centerCount, featureCount, TLanes.Count, TLanes.PanelSize);
        return packed;
    }

    /// <inheritdoc/>
    public KernelWorkspace CreateWorkspace() => new SimdWorkspace();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Assign(ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, Span<int> labels, Span<double> squaredDistances, KernelWorkspace workspace)
    {
        if (centers is not SimdCenters packed || packed.Width != TLanes.Count)
        {
            throw new ArgumentException($"The centers were not packed by the kernel '{Name}'.", nameof(centers));
        }

        var scratch = (SimdWorkspace)workspace;
        var d = packed.FeatureCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(samples.Length, checked(sampleCount * d));
        ArgumentOutOfRangeException.ThrowIfLessThan(labels.Length, sampleCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(squaredDistances.Length, sampleCount);
        var blockSize = BlockSize(packed);
        scratch.Reserve(blockSize, packed, (nint)RowCount * d);
        fixed (float* rows = samples)
        fixed (int* label = labels)
        fixed (double* squaredDistance = squaredDistances, center = packed.Centers)
        {
            for (var first = 0; first < sampleCount; first += blockSize)
            {
                var count = Math.Min(blockSize, sampleCount - first);
                var block = rows + ((nint)first * d);
                Score(block, count, packed, scratch);
                CandidateScan<TLanes, TVector>.Label(block, count, packed, scratch, label + first);
                Measure(block, count, d, center, label + first, squaredDistance + first);
            }
        }

        GC.KeepAlive(packed);
        GC.KeepAlive(scratch);
    }

    /// <summary>
    /// Rows scored before the next step: whole tiles, enough to overlap the latencies of the steps, whose scores stay in the first-level cache; and where the panels alone
    /// fill much of the second-level cache, more tiles, so that a panel is used often before the next replaces it.
    /// </summary>
    private static int BlockSize(SimdCenters centers)
    {
        var scoreBytes = sizeof(float) * ((long)(centers.VectorCount + centers.PanelCount) * TLanes.Count) * RowCount;
        var rowBytes = sizeof(float) * (long)centers.FeatureCount * RowCount;
        var panelBytes = sizeof(float) * (long)centers.VectorCount * TLanes.Count * centers.FeatureCount;
        var tiles = panelBytes > LargePanelBytes ? LargeBlockBytes / (scoreBytes + rowBytes) : Math.Min(BlockScoreBytes / scoreBytes, BlockRowBytes / rowBytes);
        return (int)Math.Clamp(tiles, 1, MaxTileCount) * RowCount;
    }

    /// <summary>All scores of a block of rows, to scratch: a panel against every tile, then the next panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Score(float* rows, int count, SimdCenters centers, SimdWorkspace scratch)
    {
        nint d = centers.FeatureCount;
        var tile = RowCount * d;
        var wholeTiles = count / RowCount;
        var restCount = count % RowCount;
        var rest = restCount == 0 ? null : scratch.Pad(rows + (wholeTiles * tile), restCount * d, tile);
        var tiles = wholeTiles + (restCount == 0 ? 0 : 1);

        // The next block comes into the second-level cache while this one is scored: each pass over a tile fetches its share.
        var ahead = (byte*)(rows + (wholeTiles * tile));
        var aheadEnd = ahead + (wholeTiles * tile * sizeof(float));
        nint aheadStep = Math.Max(sizeof(float) * RowCount / centers.PanelCount, 1);
        var panel = centers.Panels;
        var start = centers.Starts;
        for (var p = 0; p < centers.PanelCount; p++)
        {
            var vectorCount = Math.Min(TLanes.PanelSize, centers.VectorCount - (p * TLanes.PanelSize));
            var scores = scratch.Scores + ((nint)p * TLanes.PanelSize * TLanes.Count);
            var least = scratch.Least + ((nint)p * TLanes.Count);
            for (var t = 0; t < tiles; t++)
            {
                var row = t < wholeTiles ? rows + (t * tile) : rest;
                ScoreTile<TLanes, TVector>.Score(vectorCount, row, d, panel, start, scores, scratch.ScoreStride, least, scratch.LeastStride, ahead, aheadStep);
                scores += RowCount * scratch.ScoreStride;
                least += RowCount * scratch.LeastStride;
                ahead = ahead + (aheadStep * d) < aheadEnd ? ahead + (aheadStep * d) : aheadEnd;
            }

            panel += (nint)vectorCount * TLanes.Count * d;
            start += vectorCount * TLanes.Count;
        }
    }

    /// <summary>The double distances to the centers that were chosen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Measure(float* rows, int count, int featureCount, double* centers, int* labels, double* squaredDistances)
    {
        nint d = featureCount;
        var r = 0;
        for (; r <= count - 4; r += 4)
        {
            SquaredDistance.OfFour(rows + (r * d), centers, labels + r, featureCount, squaredDistances + r);
        }

        for (; r < count; r++)
        {
            squaredDistances[r] = SquaredDistance.Between(new(rows + (r * d), featureCount), new(centers + (labels[r] * d), featureCount));
        }
    }
}
