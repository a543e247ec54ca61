using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>Keeps the least two scores of every sample and the center of the least, and no others.</summary>
/// <remarks>
/// A group's scores carry their place in it (<see cref="ScorePlace"/>), so that a minimum is a label as well. Where the second score is above the threshold of the error bound, the first is proven.
/// What was kept so far is in memory: loads and stores are free here, and registers are not.
/// </remarks>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
/// <param name="least">Length 2 W: the least scores so far, in and out.</param>
/// <param name="second">Length 2 W: the second least.</param>
/// <param name="firstCenter">Length 2 W, integers: the first center of the group that the least is of.</param>
internal unsafe struct LeastTwo<TLanes, TVector>(float* least, float* second, float* firstCenter)
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : struct
{
    private int center;

    /// <summary>Takes the scores of one vector of samples against the next six centers.</summary>
    /// <param name="s0">Against the first of them, and so on.</param>
    /// <param name="s1">Second.</param>
    /// <param name="s2">Third.</param>
    /// <param name="s3">Fourth.</param>
    /// <param name="s4">Fifth.</param>
    /// <param name="s5">Sixth.</param>
    /// <param name="sample">Of the tile, the first in the vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void TakeSix(TVector s0, TVector s1, TVector s2, TVector s3, TVector s4, TVector s5, nint sample)
    {
        s0 = TLanes.WithPlace(s0, 0);
        s1 = TLanes.WithPlace(s1, 1);
        s2 = TLanes.WithPlace(s2, 2);
        s3 = TLanes.WithPlace(s3, 3);
        s4 = TLanes.WithPlace(s4, 4);
        s5 = TLanes.WithPlace(s5, 5);
        var low01 = TLanes.Min(s0, s1);
        var low23 = TLanes.Min(s2, s3);
        var low45 = TLanes.Min(s4, s5);
        var high = TLanes.Min(TLanes.Min(TLanes.Max(s0, s1), TLanes.Max(s2, s3)), TLanes.Max(s4, s5));
        var low = TLanes.Min(low01, low23);
        high = TLanes.Min(high, TLanes.Min(TLanes.Max(low01, low23), TLanes.Max(low, low45)));
        Fold(TLanes.Min(low, low45), high, sample);
    }

    /// <summary>The same against the next four.</summary>
    /// <param name="s0">Against the first of them, and so on.</param>
    /// <param name="s1">Second.</param>
    /// <param name="s2">Third.</param>
    /// <param name="s3">Fourth.</param>
    /// <param name="sample">Of the tile, the first in the vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void TakeFour(TVector s0, TVector s1, TVector s2, TVector s3, nint sample)
    {
        s0 = TLanes.WithPlace(s0, 0);
        s1 = TLanes.WithPlace(s1, 1);
        s2 = TLanes.WithPlace(s2, 2);
        s3 = TLanes.WithPlace(s3, 3);
        var low01 = TLanes.Min(s0, s1);
        var low23 = TLanes.Min(s2, s3);
        var high = TLanes.Min(TLanes.Min(TLanes.Max(s0, s1), TLanes.Max(s2, s3)), TLanes.Max(low01, low23));
        Fold(TLanes.Min(low01, low23), high, sample);
    }

    /// <summary>Goes on to the next centers, when all samples have been taken.</summary>
    /// <param name="centers">How many have been.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Pass(int centers) => center += centers;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Fold(TVector low, TVector high, nint sample)
    {
        var leastSoFar = TLanes.Load(least + sample);
        var secondSoFar = TLanes.Load(second + sample);
        TLanes.Store(TLanes.WhereLess(low, leastSoFar, TLanes.Broadcast(BitConverter.Int32BitsToSingle(center)), TLanes.Load(firstCenter + sample)), firstCenter + sample);
        TLanes.Store(TLanes.Min(low, leastSoFar), least + sample);
        TLanes.Store(TLanes.Min(TLanes.Min(secondSoFar, high), TLanes.Max(low, leastSoFar)), second + sample);
    }
}
