using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>Keeps all scores: for the few tiles that need them.</summary>
/// <typeparam name="TLanes">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
/// <param name="scores">Row-major (places, 2 W) out.</param>
internal unsafe struct ScoreSink<TLanes, TVector>(float* scores) : IColumnSink<TVector>
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : struct
{
    private float* next = scores;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void TakeSix(TVector s0, TVector s1, TVector s2, TVector s3, TVector s4, TVector s5, nint sample)
    {
        TakeFour(s0, s1, s2, s3, sample);
        TLanes.Store(s4, next + (8 * TLanes.Count) + sample);
        TLanes.Store(s5, next + (10 * TLanes.Count) + sample);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void TakeFour(TVector s0, TVector s1, TVector s2, TVector s3, nint sample)
    {
        TLanes.Store(s0, next + sample);
        TLanes.Store(s1, next + (2 * TLanes.Count) + sample);
        TLanes.Store(s2, next + (4 * TLanes.Count) + sample);
        TLanes.Store(s3, next + (6 * TLanes.Count) + sample);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Pass(int centers) => next += centers * 2 * TLanes.Count;
}
