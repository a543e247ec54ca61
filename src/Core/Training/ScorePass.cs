using KMeans.Coordination;
using KMeans.Input;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>The true cost of centers on an input.</summary>
/// <param name="Rows">Rows that count.</param>
/// <param name="SkippedRows">Rows passed over because a value is missing.</param>
/// <param name="TotalWeight">Their weight.</param>
/// <param name="Ssd">The weighted sum of squared distances.</param>
/// <param name="ClusterWeights">Length k: the weight of each cluster's rows.</param>
public sealed record Score(long Rows, long SkippedRows, double TotalWeight, double Ssd, double[] ClusterWeights)
{
    /// <summary>The weighted mean of the squared distances.</summary>
    public double Msd => TotalWeight > 0 ? Ssd / TotalWeight : 0;
}

/// <summary>Computes the cost of centers by reading every row once.</summary>
internal static class ScorePass
{
    private const int TileValues = 1 << 18;

    /// <summary>Scores. O(n k d), memory O(threads x tile + k log partitions).</summary>
    /// <param name="input">The rows.</param>
    /// <param name="transform">The model's.</param>
    /// <param name="missing">What to do about missing values.</param>
    /// <param name="fill">The model's.</param>
    /// <param name="centers">Row-major (k, d), in the model's space.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="advanced">Called with the rows of each batch, from any thread.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The score; the same bits for any number of threads.</returns>
    public static Score Run(
        InputSet input, ColumnTransform transform, MissingPolicy missing, float[] fill, double[] centers,
        IAssignmentKernel kernel, ComputeThreads threads, Action<int>? advanced, CancellationToken cancellation)
    {
        var k = centers.Length / input.FeatureCount;
        var packed = kernel.Pack(centers, k, input.FeatureCount);
        var workers = new Worker?[threads.WorkerCount];
        var tree = new MergeTree<Part>(input.Partitions.Count, static (earlier, later) => earlier.Merge(later));
        using var readAhead = new ReadAhead(input, input.Partitions, threads.WorkerCount);
        threads.Run(input.Partitions.Count, (w, p) =>
        {
            readAhead.Begin(p);
            var worker = workers[w] ??= new Worker(input, kernel);
            var part = new Part(k);
            using var reader = input.Open(input.Partitions[p], transform, missing, fill);
            while (reader.Read(worker.Batch, worker.Labels.Length))
            {
                cancellation.ThrowIfCancellationRequested();
                var batch = worker.Batch;
                kernel.Assign(batch.Samples, batch.Count, packed, worker.Labels, worker.SquaredDistances, worker.Workspace);
                part.Add(batch, worker.Labels, worker.SquaredDistances);
                advanced?.Invoke(batch.Count);
            }

            part.SkippedRows = reader.SkippedRows;
            tree.Add(p, part);
        }, cancellation);
        (packed as IDisposable)?.Dispose();
        var root = tree.Root ?? new Part(k);
        return new Score(root.Rows - root.SkippedRows, root.SkippedRows, root.Weight, root.Ssd, root.ClusterWeights);
    }

    private sealed class Worker(InputSet input, IAssignmentKernel kernel)
    {
        public SampleBatch Batch { get; } = new(Math.Clamp(TileValues / input.FeatureCount, 16, 8192), input.FeatureCount, input.IsWeighted);

        public int[] Labels { get; } = new int[Math.Clamp(TileValues / input.FeatureCount, 16, 8192)];

        public double[] SquaredDistances { get; } = new double[Math.Clamp(TileValues / input.FeatureCount, 16, 8192)];

        public KernelWorkspace Workspace { get; } = kernel.CreateWorkspace();
    }

    private sealed class Part(int clusterCount)
    {
        public long Rows { get; private set; }

        public long SkippedRows { get; set; }

        public double Weight { get; private set; }

        public double Ssd { get; private set; }

        public double[] ClusterWeights { get; } = new double[clusterCount];

        public void Add(SampleBatch batch, int[] labels, double[] squaredDistances)
        {
            var weights = batch.SampleWeights;
            Rows += batch.Count;
            for (var i = 0; i < batch.Count; i++)
            {
                var weight = weights.IsEmpty ? 1 : weights[i];
                Weight += weight;
                Ssd += weight * squaredDistances[i];
                ClusterWeights[labels[i]] += weight;
            }
        }

        public void Merge(Part later)
        {
            Rows += later.Rows;
            SkippedRows += later.SkippedRows;
            Weight += later.Weight;
            Ssd += later.Ssd;
            for (var j = 0; j < ClusterWeights.Length; j++)
            {
                ClusterWeights[j] += later.ClusterWeights[j];
            }
        }
    }
}
