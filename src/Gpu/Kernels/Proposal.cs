using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KMeans.Gpu.Kernels;

/// <summary>What the device says of a row. The CPU decides whether it is proven.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Proposal
{
    /// <summary>The center with the least score; of equal ones any.</summary>
    public int Label;

    /// <summary>Its score, |c|^2 - 2 x.c. Infinity where no score is a number.</summary>
    public float Least;

    /// <summary>The least score of the other centers; infinity where there is none.</summary>
    public float Second;

    /// <summary>|x|^2.</summary>
    public float SquaredNorm;

    /// <summary>No center yet.</summary>
    /// <returns>A proposal that every score is below.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Proposal None()
    {
        Proposal none;
        none.Label = 0;
        none.Least = float.PositiveInfinity;
        none.Second = float.PositiveInfinity;
        none.SquaredNorm = 0;
        return none;
    }

    /// <summary>Looks at one more center. A score that is not a number changes nothing.</summary>
    /// <param name="proposal">Until now.</param>
    /// <param name="score">The center's.</param>
    /// <param name="center">The center.</param>
    /// <returns>From now on.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Proposal Take(Proposal proposal, float score, int center)
    {
        var isLess = score < proposal.Least;
        var loser = isLess ? proposal.Least : score;
        proposal.Second = loser < proposal.Second ? loser : proposal.Second;
        proposal.Least = isLess ? score : proposal.Least;
        proposal.Label = isLess ? center : proposal.Label;
        return proposal;
    }
}
