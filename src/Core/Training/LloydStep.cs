using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>One assignment of all rows in memory and the sums that follow from it; its buffers serve every iteration.</summary>
internal sealed class LloydStep : IDisposable
{
    private const int TileValues = 1 << 17;
    private readonly IReadOnlyList<RowBlock> blocks;
    private readonly int featureCount;
    private readonly int clusterCount;
    private readonly IAssignmentKernel kernel;
    private readonly ComputeThreads? threads;
    private readonly (int Block, int Start, int Count)[] pieces;
    private readonly CenterAccumulator[] sums;
    private readonly (double Cost, int Row)[] farthest;
    private readonly Worker[] workers;
    private readonly BoundedAssignment? bounded;
    private PackedCenters? packed;

    /// <summary>Plans the pieces.</summary>
    /// <param name="blocks">The rows.</param>
    /// <param name="clusterCount">k.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="threads">Threads to use, or null for the caller's own.</param>
    /// <param name="remembers">Whether there will be many assignments to centers that move less and less.</param>
    public LloydStep(IReadOnlyList<RowBlock> blocks, int clusterCount, int featureCount, IAssignmentKernel kernel, ComputeThreads? threads, bool remembers = false)
    {
        this.blocks = blocks;
        this.featureCount = featureCount;
        this.clusterCount = clusterCount;
        this.kernel = kernel;
        this.threads = threads;

        // A piece holds many more rows than there are clusters, or its sums would outweigh its rows.
        var pieceRows = Math.Max(4096, 16 * clusterCount);
        pieces = blocks.SelectMany((block, b) => Enumerable.Range(0, (block.Count + pieceRows - 1) / pieceRows)
            .Select(p => (b, p * pieceRows, Math.Min(pieceRows, block.Count - (p * pieceRows))))).ToArray();
        sums = pieces.Select(_ => new CenterAccumulator(clusterCount, featureCount)).ToArray();
        farthest = new (double, int)[pieces.Length];
        var tileRows = Math.Clamp(TileValues / featureCount, 16, 4096);
        bounded = remembers && BoundedAssignment.Pays(clusterCount, featureCount) ? new BoundedAssignment(blocks, clusterCount, featureCount, kernel) : null;
        workers = Enumerable.Range(0, threads?.WorkerCount ?? 1).Select(_ => new Worker(kernel.CreateWorkspace(), new int[tileRows], new double[tileRows], bounded?.CreateScratch(tileRows))).ToArray();
    }

    /// <summary>The sums over all rows after <see cref="Assign"/>.</summary>
    public CenterAccumulator Total => sums[0];

    /// <summary>The weighted sum of all squared distances after <see cref="Assign"/>.</summary>
    public double TotalCost
    {
        get
        {
            var cost = 0.0;
            foreach (var error in Total.SquaredErrors)
            {
                cost += error;
            }

            return cost;
        }
    }

    /// <summary>Rows far from their centers, the farthest first; one a piece, none at distance 0.</summary>
    public List<ReadOnlyMemory<float>> Farthest { get; } = [];

    /// <summary>Assigns every row and adds up.</summary>
    /// <param name="centers">Row-major (k, d).</param>
    /// <param name="cancellation">Stops between pieces.</param>
    public void Assign(ReadOnlySpan<double> centers, CancellationToken cancellation)
    {
        packed = kernel.Pack(centers, clusterCount, featureCount, packed);
        bounded?.Begin(centers);
        ParallelRun.Over(threads, pieces.Length, (worker, p) => AssignPiece(workers[worker], p), cancellation);

        for (var stride = 1; stride < sums.Length; stride *= 2)
        {
            for (var p = 0; p + stride < sums.Length; p += 2 * stride)
            {
                sums[p].Merge(sums[p + stride]);
            }
        }

        Farthest.Clear();
        foreach (var p in Enumerable.Range(0, pieces.Length).Where(p => farthest[p].Cost > 0).OrderByDescending(p => farthest[p].Cost).ThenBy(p => p))
        {
            Farthest.Add(blocks[pieces[p].Block].Samples.AsMemory(farthest[p].Row * featureCount, featureCount));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        (packed as IDisposable)?.Dispose();
        bounded?.Dispose();
    }

    private void AssignPiece(Worker worker, int p)
    {
        var (b, start, count) = pieces[p];
        var block = blocks[b];
        sums[p].Reset(clusterCount, featureCount);
        farthest[p] = (0, 0);
        for (var done = 0; done < count; done += worker.Labels.Length)
        {
            var rows = Math.Min(worker.Labels.Length, count - done);
            var first = start + done;
            var samples = block.Samples.AsSpan(first * featureCount, rows * featureCount);
            var weights = block.Weights(first, rows);
            if (bounded is null)
            {
                kernel.Assign(samples, rows, packed!, worker.Labels, worker.SquaredDistances, worker.Workspace);
            }
            else
            {
                bounded.Assign(b, first, packed!, worker.Labels.AsSpan(0, rows), worker.SquaredDistances.AsSpan(0, rows), worker.Workspace, worker.Scratch!);
            }

            sums[p].Add(samples, rows, worker.Labels, worker.SquaredDistances, weights);
            for (var i = 0; i < rows; i++)
            {
                var cost = (weights.IsEmpty ? 1 : weights[i]) * worker.SquaredDistances[i];
                if (cost > farthest[p].Cost)
                {
                    farthest[p] = (cost, first + i);
                }
            }
        }
    }

    private sealed record Worker(KernelWorkspace Workspace, int[] Labels, double[] SquaredDistances, BoundedAssignment.Scratch? Scratch);
}
