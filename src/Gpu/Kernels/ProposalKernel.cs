using System.Runtime.CompilerServices;
using ILGPU;

namespace KMeans.Gpu.Kernels;

/// <summary>The fused assignment: scores of a tile of rows against all centers, and of each row the least two, without a score ever leaving the group.</summary>
/// <remarks>
/// As a matrix product in tiles (docs/design/gpu.md): rows and weights of a few features wait in shared memory, feature by feature; a thread takes 8 + 8 values from there for 64 multiply-adds, fetches
/// its share of the next features meanwhile and puts it into the other half of the memory, so that a step has one barrier. Of the scores a thread keeps the least two of its eight centers and each of its rows,
/// in shared memory, where the registers are needed for the sums; the group joins them at the end.
/// </remarks>
internal static class ProposalKernel
{
    /// <summary>Shared memory of a group.</summary>
    /// <typeparam name="TTile">The tile.</typeparam>
    /// <returns>In bytes.</returns>
    public static int SharedBytes<TTile>()
        where TTile : struct, ITile
    {
        var (side, depth) = (default(TTile).Side, default(TTile).Depth);
        return sizeof(float) * ((2 * depth * 4 * ((4 * side) + 1)) + (RegisterBlock.Size * side * ((3 * side) + depth)));
    }

    /// <summary>The kernel. One group a tile of rows.</summary>
    /// <typeparam name="TTile">The tile.</typeparam>
    /// <param name="samples">Row-major (n, d) in.</param>
    /// <param name="weights">Panels of a tile's centers, each feature by feature: (d, tile) row-major.</param>
    /// <param name="starts">|c|^2, padded to whole tiles with infinity.</param>
    /// <param name="sampleCount">n.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="panelCount">ceil(K / tile).</param>
    /// <param name="proposals">Length n out.</param>
    public static void Propose<TTile>(
        ArrayView<float> samples, ArrayView<float> weights, ArrayView<float> starts, int sampleCount, int featureCount, int panelCount, ArrayView<Proposal> proposals)
        where TTile : struct, ITile
    {
        var side = default(TTile).Side;
        var depth = default(TTile).Depth;
        var size = RegisterBlock.Size * side;
        var thread = Group.IdxX;
        var x = thread % side;
        var y = thread / side;
        var firstRow = Grid.IdxX * size;

        // Two halves each; a row of the samples' memory is a quad longer, so that storing it transposed meets every bank once.
        var rowQuads = SharedMemory.Allocate<Quad>(2 * default(TTile).Depth * ((2 * default(TTile).Side) + 1));
        var weightQuads = SharedMemory.Allocate<Quad>(2 * default(TTile).Depth * 2 * default(TTile).Side);
        var labels = SharedMemory.Allocate<int>(RegisterBlock.Size * default(TTile).Side * default(TTile).Side);
        var least = SharedMemory.Allocate<float>(RegisterBlock.Size * default(TTile).Side * default(TTile).Side);
        var second = SharedMemory.Allocate<float>(RegisterBlock.Size * default(TTile).Side * default(TTile).Side);
        var norms = SharedMemory.Allocate<float>(RegisterBlock.Size * default(TTile).Side * default(TTile).Depth);
        var rowValues = rowQuads.Cast<float>();
        var weightValues = weightQuads.Cast<float>();
        for (var i = thread; i < RegisterBlock.Size * side * side; i += side * side)
        {
            labels[i] = 0;
            least[i] = float.PositiveInfinity;
            second[i] = float.PositiveInfinity;
        }

        for (var i = thread; i < RegisterBlock.Size * side * depth; i += side * side)
        {
            norms[i] = 0;
        }

        var rowStride = (2 * side) + 1;
        var weightStride = 2 * side;
        var steps = (featureCount + depth - 1) / depth;
        var half = 0;

        // A thread's share of a step is four values of rows and four of centers, or several times that.
        for (var share = thread; share < size * depth; share += 4 * side * side)
        {
            StoreRows<TTile>(rowValues, 0, share, FetchRows<TTile>(samples, firstRow, sampleCount, featureCount, 0, share));
            StoreWeights<TTile>(weightValues, 0, share, FetchWeights<TTile>(weights, 0, 0, featureCount * size, share));
            AddNorms<TTile>(norms, rowValues, 0, share);
        }

        Intrinsics.Barrier();
        for (var panel = 0; panel < panelCount; panel++)
        {
            var start = LoadStarts(starts, (panel * size) + (4 * x), 4 * side);
            RegisterBlock s0 = start, s1 = start, s2 = start, s3 = start, s4 = start, s5 = start, s6 = start, s7 = start;
            for (var step = 0; step < steps; step++)
            {
                // After the last features of a panel come the first of the next.
                var isLast = step + 1 == steps;
                var nextFeature = isLast ? 0 : (step + 1) * depth;
                var nextPanel = isLast ? panel + 1 : panel;
                var nextLimit = nextPanel < panelCount ? featureCount * size : 0;
                var nextStart = (long)nextPanel * featureCount * size;
                var nextRows = FetchRows<TTile>(samples, firstRow, sampleCount, featureCount, nextFeature, thread);
                var nextWeights = FetchWeights<TTile>(weights, nextStart, nextFeature * size, nextLimit, thread);

                var rowAt = (half * depth * rowStride) + y;
                var weightAt = (half * depth * weightStride) + x;
                for (var feature = 0; feature < default(TTile).Depth; feature++)
                {
                    var row = RegisterBlock.Load(rowQuads, rowAt, rowAt + side);
                    var weight = RegisterBlock.Load(weightQuads, weightAt, weightAt + side);
                    s0 = RegisterBlock.MultiplyAdd(row.Low.A, weight, s0);
                    s1 = RegisterBlock.MultiplyAdd(row.Low.B, weight, s1);
                    s2 = RegisterBlock.MultiplyAdd(row.Low.C, weight, s2);
                    s3 = RegisterBlock.MultiplyAdd(row.Low.D, weight, s3);
                    s4 = RegisterBlock.MultiplyAdd(row.High.A, weight, s4);
                    s5 = RegisterBlock.MultiplyAdd(row.High.B, weight, s5);
                    s6 = RegisterBlock.MultiplyAdd(row.High.C, weight, s6);
                    s7 = RegisterBlock.MultiplyAdd(row.High.D, weight, s7);
                    rowAt += rowStride;
                    weightAt += weightStride;
                }

                half ^= 1;
                StoreRows<TTile>(rowValues, half, thread, nextRows);
                StoreWeights<TTile>(weightValues, half, thread, nextWeights);
                for (var share = thread + (4 * side * side); share < size * depth; share += 4 * side * side)
                {
                    StoreRows<TTile>(rowValues, half, share, FetchRows<TTile>(samples, firstRow, sampleCount, featureCount, nextFeature, share));
                    StoreWeights<TTile>(weightValues, half, share, FetchWeights<TTile>(weights, nextStart, nextFeature * size, nextLimit, share));
                }

                if (panel == 0 && !isLast)
                {
                    for (var share = thread; share < size * depth; share += 4 * side * side)
                    {
                        AddNorms<TTile>(norms, rowValues, half, share);
                    }
                }

                Intrinsics.Barrier();
            }

            var center = (panel * size) + (4 * x);
            var slot = (4 * y * side) + x;
            Take(labels, least, second, slot, center, side, s0);
            Take(labels, least, second, slot + side, center, side, s1);
            Take(labels, least, second, slot + (2 * side), center, side, s2);
            Take(labels, least, second, slot + (3 * side), center, side, s3);
            slot += 4 * side * side;
            Take(labels, least, second, slot, center, side, s4);
            Take(labels, least, second, slot + side, center, side, s5);
            Take(labels, least, second, slot + (2 * side), center, side, s6);
            Take(labels, least, second, slot + (3 * side), center, side, s7);
        }

        Intrinsics.Barrier();
        for (var row = thread; row < size; row += side * side)
        {
            if (firstRow + row < sampleCount)
            {
                proposals[firstRow + row] = Join<TTile>(labels, least, second, norms, row);
            }
        }
    }

    /// <summary>Place i of a share is i group sizes behind its first: threads side by side fetch neighbours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Quad FetchRows<TTile>(ArrayView<float> samples, int firstRow, int sampleCount, int featureCount, int firstFeature, int share)
        where TTile : struct, ITile
    {
        var threads = default(TTile).Side * default(TTile).Side;
        Quad values;
        values.A = RowValue<TTile>(samples, firstRow, sampleCount, featureCount, firstFeature, share);
        values.B = RowValue<TTile>(samples, firstRow, sampleCount, featureCount, firstFeature, share + threads);
        values.C = RowValue<TTile>(samples, firstRow, sampleCount, featureCount, firstFeature, share + (2 * threads));
        values.D = RowValue<TTile>(samples, firstRow, sampleCount, featureCount, firstFeature, share + (3 * threads));
        return values;
    }

    /// <summary>0 behind the last row and the last feature.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float RowValue<TTile>(ArrayView<float> samples, int firstRow, int sampleCount, int featureCount, int firstFeature, int place)
        where TTile : struct, ITile
    {
        var row = firstRow + (place / default(TTile).Depth);
        var feature = firstFeature + (place % default(TTile).Depth);
        return row < sampleCount && feature < featureCount ? samples[((long)row * featureCount) + feature] : 0f;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Quad FetchWeights<TTile>(ArrayView<float> weights, long panelStart, int offset, int limit, int share)
        where TTile : struct, ITile
    {
        var threads = default(TTile).Side * default(TTile).Side;
        Quad values;
        values.A = WeightValue(weights, panelStart, offset + share, limit);
        values.B = WeightValue(weights, panelStart, offset + share + threads, limit);
        values.C = WeightValue(weights, panelStart, offset + share + (2 * threads), limit);
        values.D = WeightValue(weights, panelStart, offset + share + (3 * threads), limit);
        return values;
    }

    /// <summary>0 behind the last feature of the panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float WeightValue(ArrayView<float> weights, long panelStart, int offset, int limit) => offset < limit ? weights[panelStart + offset] : 0f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRows<TTile>(ArrayView<float> memory, int half, int share, Quad values)
        where TTile : struct, ITile
    {
        var threads = default(TTile).Side * default(TTile).Side;
        memory[RowPlace<TTile>(half, share)] = values.A;
        memory[RowPlace<TTile>(half, share + threads)] = values.B;
        memory[RowPlace<TTile>(half, share + (2 * threads))] = values.C;
        memory[RowPlace<TTile>(half, share + (3 * threads))] = values.D;
    }

    /// <summary>Transposed: where the value of a row and feature is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int RowPlace<TTile>(int half, int place)
        where TTile : struct, ITile
    {
        var stride = (RegisterBlock.Size * default(TTile).Side) + 4;
        return (((half * default(TTile).Depth) + (place % default(TTile).Depth)) * stride) + (place / default(TTile).Depth);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreWeights<TTile>(ArrayView<float> memory, int half, int share, Quad values)
        where TTile : struct, ITile
    {
        var threads = default(TTile).Side * default(TTile).Side;
        var place = (half * default(TTile).Depth * RegisterBlock.Size * default(TTile).Side) + share;
        memory[place] = values.A;
        memory[place + threads] = values.B;
        memory[place + (2 * threads)] = values.C;
        memory[place + (3 * threads)] = values.D;
    }

    /// <summary>Adds the squares of a share that this thread has stored; each place is one thread's alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddNorms<TTile>(ArrayView<float> norms, ArrayView<float> rows, int half, int share)
        where TTile : struct, ITile
    {
        var threads = default(TTile).Side * default(TTile).Side;
        for (var i = 0; i < 4; i++)
        {
            var place = share + (i * threads);
            var value = rows[RowPlace<TTile>(half, place)];
            norms[place] = Intrinsics.MultiplyAdd(value, value, norms[place]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static RegisterBlock LoadStarts(ArrayView<float> starts, int low, int distance)
    {
        RegisterBlock block;
        block.Low.A = starts[low];
        block.Low.B = starts[low + 1];
        block.Low.C = starts[low + 2];
        block.Low.D = starts[low + 3];
        block.High.A = starts[low + distance];
        block.High.B = starts[low + distance + 1];
        block.High.C = starts[low + distance + 2];
        block.High.D = starts[low + distance + 3];
        return block;
    }

    /// <summary>Looks at a row's scores of eight centers. The slot is this thread's alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(ArrayView<int> labels, ArrayView<float> least, ArrayView<float> second, int slot, int center, int side, RegisterBlock scores)
    {
        Proposal proposal;
        proposal.Label = labels[slot];
        proposal.Least = least[slot];
        proposal.Second = second[slot];
        proposal.SquaredNorm = 0;
        proposal = Proposal.Take(proposal, scores.Low.A, center);
        proposal = Proposal.Take(proposal, scores.Low.B, center + 1);
        proposal = Proposal.Take(proposal, scores.Low.C, center + 2);
        proposal = Proposal.Take(proposal, scores.Low.D, center + 3);
        center += 4 * side;
        proposal = Proposal.Take(proposal, scores.High.A, center);
        proposal = Proposal.Take(proposal, scores.High.B, center + 1);
        proposal = Proposal.Take(proposal, scores.High.C, center + 2);
        proposal = Proposal.Take(proposal, scores.High.D, center + 3);
        labels[slot] = proposal.Label;
        least[slot] = proposal.Least;
        second[slot] = proposal.Second;
    }

    /// <summary>Joins what the threads of a row know.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Proposal Join<TTile>(ArrayView<int> labels, ArrayView<float> least, ArrayView<float> second, ArrayView<float> norms, int row)
        where TTile : struct, ITile
    {
        var proposal = Proposal.None();
        for (var i = 0; i < default(TTile).Side; i++)
        {
            var slot = (row * default(TTile).Side) + i;
            proposal = Proposal.Take(proposal, least[slot], labels[slot]);
            proposal.Second = second[slot] < proposal.Second ? second[slot] : proposal.Second;
        }

        for (var i = 0; i < default(TTile).Depth; i++)
        {
            proposal.SquaredNorm += norms[(row * default(TTile).Depth) + i];
        }

        return proposal;
    }
}
