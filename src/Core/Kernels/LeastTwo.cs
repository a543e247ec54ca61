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
        var (low, high) = Four(s0, s1, s2, s3);
        s4 = TLanes.WithPlace(s4, 4);
        s5 = TLanes.WithPlace(s5, 5);
        Merge(ref low, ref high, TLanes.Min(s4, s5), TLanes.Max(s4, s5));
        Fold(low, high, sample);
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
        var (low, high) = Four(s0, s1, s2, s3);
        Fold(low, high, sample);
    }

    /// <summary>Goes on to the next centers, when all samples have been taken.</summary>
    /// <param name="centers">How many have been.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Pass(int centers) => center += centers;

    /// <summary>The least two of four scores, lane by lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Low, TVector High) Four(TVector s0, TVector s1, TVector s2, TVector s3)
    {
        s0 = TLanes.WithPlace(s0, 0);
        s1 = TLanes.WithPlace(s1, 1);
        s2 = TLanes.WithPlace(s2, 2);
        s3 = TLanes.WithPlace(s3, 3);
        var low = TLanes.Min(s0, s1);
        var high = TLanes.Max(s0, s1);
        Merge(ref low, ref high, TLanes.Min(s2, s3), TLanes.Max(s2, s3));
        return (low, high);
    }

    /// <summary>The least two of two pairs, each in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Merge(ref TVector low, ref TVector high, TVector otherLow, TVector otherHigh)
    {
        high = TLanes.Min(TLanes.Min(high, otherHigh), TLanes.Max(low, otherLow));
        low = TLanes.Min(low, otherLow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Fold(TVector low, TVector high, nint sample)
    {
        var leastSoFar = TLanes.Load(least + sample);
        TLanes.Store(TLanes.WhereLess(low, leastSoFar, TLanes.Broadcast(BitConverter.Int32BitsToSingle(center)), TLanes.Load(firstCenter + sample)), firstCenter + sample);
        Merge(ref low, ref high, leastSoFar, TLanes.Load(second + sample));
        TLanes.Store(low, least + sample);
        TLanes.Store(high, second + sample);
    }
}
