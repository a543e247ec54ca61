using System.Runtime.CompilerServices;
using ILGPU;

namespace KMeans.Gpu.Kernels;

/// <summary>Looks through the products of a tile of rows and a tile of centers for each row's least two scores.</summary>
/// <remarks>Bound by reading: as many threads as a tile's side share a row, side by side, and join what they know in shared memory. The tiles of a row's centers come in order, one launch each.</remarks>
internal static class LeastScoresKernel
{
    /// <summary>The kernel. One group for as many rows as the tile says.</summary>
    /// <typeparam name="TTile">The tile.</typeparam>
    /// <param name="products">Row-major (n, K) in: x.w with w = -2 c.</param>
    /// <param name="starts">|c|^2 of these centers in, infinity for places without one.</param>
    /// <param name="samples">Row-major (n, d) in: for the norms.</param>
    /// <param name="sampleCount">n.</param>
    /// <param name="centerCount">K of the tile, a multiple of eight sides.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="firstCenter">The index of the tile's first center; 0 begins new proposals, anything else goes on with those that are there.</param>
    /// <param name="proposals">Length n in and out.</param>
    public static void Scan<TTile>(
        ArrayView<float> products, ArrayView<float> starts, ArrayView<float> samples, int sampleCount, int centerCount, int featureCount, int firstCenter, ArrayView<Proposal> proposals)
        where TTile : struct, ITile
    {
        var side = default(TTile).Side;
        var thread = Group.IdxX;
        var lane = thread % side;
        var firstRow = Grid.IdxX * default(TTile).ScanRows;
        var labels = SharedMemory.Allocate<int>(default(TTile).ScanRows * default(TTile).Side);
        var least = SharedMemory.Allocate<float>(default(TTile).ScanRows * default(TTile).Side);
        var second = SharedMemory.Allocate<float>(default(TTile).ScanRows * default(TTile).Side);
        var norms = SharedMemory.Allocate<float>(default(TTile).ScanRows * default(TTile).Side);
        for (var slot = thread; slot < default(TTile).ScanRows * side; slot += side * side)
        {
            var own = Proposal.None();
            var row = firstRow + (slot / side);
            if (row < sampleCount)
            {
                var at = (long)row * centerCount;
                for (var center = lane; center < centerCount; center += RegisterBlock.Size * side)
                {
                    own = Take(own, LoadScores(products, at + center, starts, center, side), firstCenter + center, side);
                }

                at = (long)row * featureCount;
                for (var feature = lane; feature < featureCount && firstCenter == 0; feature += side)
                {
                    var value = samples[at + feature];
                    own.SquaredNorm = Intrinsics.MultiplyAdd(value, value, own.SquaredNorm);
                }
            }

            labels[slot] = own.Label;
            least[slot] = own.Least;
            second[slot] = own.Second;
            norms[slot] = own.SquaredNorm;
        }

        Intrinsics.Barrier();
        for (var row = thread; row < default(TTile).ScanRows && firstRow + row < sampleCount; row += side * side)
        {
            var joined = Proposal.None();
            if (firstCenter != 0)
            {
                joined = proposals[firstRow + row];
            }

            for (var slot = row * side; slot < (row + 1) * side; slot++)
            {
                joined = Proposal.Take(joined, least[slot], labels[slot]);
                joined.Second = second[slot] < joined.Second ? second[slot] : joined.Second;
                joined.SquaredNorm += norms[slot];
            }

            proposals[firstRow + row] = joined;
        }
    }

    /// <summary>Eight scores a side apart, so that as many reads are under way at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static RegisterBlock LoadScores(ArrayView<float> products, long at, ArrayView<float> starts, int center, int side)
    {
        RegisterBlock scores;
        scores.Low.A = products[at] + starts[center];
        scores.Low.B = products[at + side] + starts[center + side];
        scores.Low.C = products[at + (2 * side)] + starts[center + (2 * side)];
        scores.Low.D = products[at + (3 * side)] + starts[center + (3 * side)];
        scores.High.A = products[at + (4 * side)] + starts[center + (4 * side)];
        scores.High.B = products[at + (5 * side)] + starts[center + (5 * side)];
        scores.High.C = products[at + (6 * side)] + starts[center + (6 * side)];
        scores.High.D = products[at + (7 * side)] + starts[center + (7 * side)];
        return scores;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Proposal Take(Proposal proposal, RegisterBlock scores, int center, int side)
    {
        proposal = Proposal.Take(proposal, scores.Low.A, center);
        proposal = Proposal.Take(proposal, scores.Low.B, center + side);
        proposal = Proposal.Take(proposal, scores.Low.C, center + (2 * side));
        proposal = Proposal.Take(proposal, scores.Low.D, center + (3 * side));
        proposal = Proposal.Take(proposal, scores.High.A, center + (4 * side));
        proposal = Proposal.Take(proposal, scores.High.B, center + (5 * side));
        proposal = Proposal.Take(proposal, scores.High.C, center + (6 * side));
        return Proposal.Take(proposal, scores.High.D, center + (7 * side));
    }
}
