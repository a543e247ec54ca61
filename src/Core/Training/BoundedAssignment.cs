using System.Runtime.CompilerServices;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>Assigns rows in memory again and again while the centers move, and leaves out the comparisons that cannot change a label.</summary>
/// <remarks>
/// For every row it keeps its label, the distance to its center and a lower bound on the distance to every other one. When center j has moved by m_j, a row whose distance + m_own is still less than
/// its bound - the greatest other m_j keeps its label by the triangle inequality; only its squared distance is taken anew (Hamerly 2010, with the kernel's bound). Labels and squared distances are
/// those of the plain assignment, bit for bit: a skipped row's center is the nearest by a margin far above the rounding of doubles.
/// </remarks>
/// <param name="blocks">The rows.</param>
/// <param name="clusterCount">k.</param>
/// <param name="featureCount">d.</param>
/// <param name="kernel">The kernel.</param>
internal sealed class BoundedAssignment(IReadOnlyList<RowBlock> blocks, int clusterCount, int featureCount, IAssignmentKernel kernel) : IDisposable
{
    /// <summary>With fewer features the twelve bytes a row would be a large part of its values.</summary>
    private const int LeastFeatures = 32;

    /// <summary>The rounding of what is added, subtracted and compared is below a tenth of this.</summary>
    private const double Margin = 1e-6;

    private readonly State[] states = blocks.Select(block => new State(block.Count)).ToArray();
    private readonly MovedCenters moved = new(clusterCount, featureCount, kernel);

    /// <summary>Whether it is worth its memory.</summary>
    /// <param name="clusterCount">k.</param>
    /// <param name="featureCount">d.</param>
    /// <returns>True with more than a handful of centers and features.</returns>
    public static bool Pays(int clusterCount, int featureCount) => clusterCount > 4 && featureCount >= LeastFeatures;

    /// <summary>Notes how far the centers have moved since the last assignment. O(k d + n log k).</summary>
    /// <param name="centers">Row-major (k, d).</param>
    public void Begin(ReadOnlySpan<double> centers)
    {
        if (!moved.Note(centers, Margin))
        {
            return;
        }

        var rowCount = 0L;
        foreach (var state in states)
        {
            rowCount += state.Labels.Length;
            Count(state);
        }

        moved.Choose(rowCount);
    }

    /// <summary>Scratch for one thread.</summary>
    /// <param name="rowCount">The most rows of a call.</param>
    /// <returns>To be passed to every call on that thread.</returns>
    public Scratch CreateScratch(int rowCount) => new(rowCount, featureCount);

    /// <summary>Assigns rows of one block. O(n k d) at worst, O(n d) where no label can have changed.</summary>
    /// <param name="block">Index of the block.</param>
    /// <param name="first">The first row in it.</param>
    /// <param name="packed">The centers that <see cref="Begin"/> was told.</param>
    /// <param name="labels">Length n out.</param>
    /// <param name="squaredDistances">Length n out.</param>
    /// <param name="workspace">This thread's.</param>
    /// <param name="scratch">This thread's.</param>
    public void Assign(int block, int first, PackedCenters packed, Span<int> labels, Span<double> squaredDistances, KernelWorkspace workspace, Scratch scratch)
    {
        var count = labels.Length;
        var samples = blocks[block].Samples.AsSpan(first * featureCount, count * featureCount);
        var state = states[block];
        var rivals = state.Rivals.AsSpan(first, count);
        var own = state.Distances.AsSpan(first, count);
        var known = state.Labels.AsSpan(first, count);
        var open = Move(known, own, rivals, scratch.Open);
        if (2 * open > count)
        {
            kernel.AssignWithRivals(samples, count, packed, known, squaredDistances, rivals, workspace);
        }
        else
        {
            kernel.Measure(samples, count, packed, known, squaredDistances);
            if (moved.Apart.Length > 0)
            {
                AssignApart(samples, known, squaredDistances, rivals, workspace, scratch);
            }

            AssignOpen(samples, scratch.Open.AsSpan(0, open), packed, known, squaredDistances, rivals, workspace, scratch);
        }

        for (var i = 0; i < count; i++)
        {
            own[i] = (float)Math.Sqrt(squaredDistances[i]);
        }

        known.CopyTo(labels);
    }

    /// <inheritdoc/>
    public void Dispose() => moved.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Count(State state)
    {
        var moves = moved.Moves;
        for (var i = 0; i < state.Labels.Length; i++)
        {
            moved.Count(state.Rivals[i] - ((state.Distances[i] + moves[state.Labels[i]]) * (1 + Margin)));
        }
    }

    /// <summary>Takes the centers' moves off the bounds and lists the rows whose label may change, but for the centers that are set apart.</summary>
    private int Move(ReadOnlySpan<int> labels, ReadOnlySpan<float> own, Span<float> rivals, int[] open)
    {
        var moves = moved.Moves;
        var count = 0;
        for (var i = 0; i < rivals.Length; i++)
        {
            var label = labels[i];
            var rival = rivals[i] - moved.GreatestMove(label);
            rivals[i] = MathF.BitDecrement((float)rival);

            // Written so that NaN counts as open.
            open[count] = i;
            count += (own[i] + moves[label]) * (1 + Margin) < rival ? 0 : 1;
        }

        return count;
    }

    /// <summary>Compares all rows with the centers that are set apart. Rows that are open are compared with all centers afterwards.</summary>
    private void AssignApart(ReadOnlySpan<float> samples, Span<int> labels, Span<double> squaredDistances, Span<float> rivals, KernelWorkspace workspace, Scratch scratch)
    {
        kernel.AssignWithRivals(samples, labels.Length, moved.PackedApart!, scratch.Labels, scratch.SquaredDistances, scratch.Rivals, workspace);
        for (var i = 0; i < labels.Length; i++)
        {
            var nearest = moved.Apart[scratch.Labels[i]];
            var squaredDistance = scratch.SquaredDistances[i];
            if (nearest == labels[i])
            {
                rivals[i] = MathF.Min(rivals[i], scratch.Rivals[i]);
            }
            else if (squaredDistance < squaredDistances[i] || (squaredDistance == squaredDistances[i] && nearest < labels[i]))
            {
                rivals[i] = MathF.Min(rivals[i], MathF.Min(scratch.Rivals[i], MathF.BitDecrement((float)Math.Sqrt(squaredDistances[i]))));
                (labels[i], squaredDistances[i]) = (nearest, squaredDistance);
            }
            else
            {
                rivals[i] = MathF.Min(rivals[i], MathF.BitDecrement((float)Math.Sqrt(squaredDistance)));
            }
        }
    }

    private void AssignOpen(
        ReadOnlySpan<float> samples, ReadOnlySpan<int> open, PackedCenters packed, Span<int> labels, Span<double> squaredDistances, Span<float> rivals, KernelWorkspace workspace, Scratch scratch)
    {
        for (var i = 0; i < open.Length; i++)
        {
            samples.Slice(open[i] * featureCount, featureCount).CopyTo(scratch.Samples.AsSpan(i * featureCount));
        }

        kernel.AssignWithRivals(scratch.Samples.AsSpan(0, open.Length * featureCount), open.Length, packed, scratch.Labels, scratch.SquaredDistances, scratch.Rivals, workspace);
        for (var i = 0; i < open.Length; i++)
        {
            labels[open[i]] = scratch.Labels[i];
            squaredDistances[open[i]] = scratch.SquaredDistances[i];
            rivals[open[i]] = scratch.Rivals[i];
        }
    }

    /// <summary>Rows of one call that are assigned anew.</summary>
    /// <param name="rowCount">The most rows of a call.</param>
    /// <param name="featureCount">d.</param>
    internal sealed class Scratch(int rowCount, int featureCount)
    {
        /// <summary>Their places in the call, and one more.</summary>
        public int[] Open { get; } = new int[rowCount + 1];

        /// <summary>At most half of the rows, side by side.</summary>
        public float[] Samples { get; } = new float[rowCount / 2 * featureCount];

        /// <summary>Their labels.</summary>
        public int[] Labels { get; } = new int[rowCount];

        /// <summary>Their squared distances.</summary>
        public double[] SquaredDistances { get; } = new double[rowCount];

        /// <summary>Their bounds.</summary>
        public float[] Rivals { get; } = new float[rowCount];
    }

    /// <summary>What is known of a block's rows. Bounds begin at 0: everything is open.</summary>
    private sealed class State(int rowCount)
    {
        public int[] Labels { get; } = new int[rowCount];

        public float[] Distances { get; } = new float[rowCount];

        public float[] Rivals { get; } = new float[rowCount];
    }
}
