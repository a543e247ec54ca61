using BenchmarkDotNet.Attributes;
using KMeans.Kernels;

namespace KMeans.Benchmarks.Kernels;

/// <summary>What a mini-batch of 5,000 rows costs beside the assignment: packing the centers and adding up the rows.</summary>
public class MiniBatchBenchmark
{
    private const int RowCount = 5000;

    private readonly IAssignmentKernel kernel = AssignmentKernels.Best;
    private float[] samples = [];
    private double[] centers = [];
    private int[] labels = [];
    private double[] squaredDistances = [];
    private PackedCenters? packed;
    private KernelWorkspace? workspace;
    private CenterAccumulator? accumulator;
    private int featureCount;
    private int centerCount;

    /// <summary>Features and centers.</summary>
    [Params("16x26", "400x512", "784x10")]
    public string Shape { get; set; } = "";

    /// <summary>Makes uniform rows and centers.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var shape = Shape.Split('x').Select(int.Parse).ToArray();
        (featureCount, centerCount) = (shape[0], shape[1]);
        var random = new Random(1);
        samples = Enumerable.Range(0, RowCount * featureCount).Select(_ => random.NextSingle() - 0.5f).ToArray();
        centers = Enumerable.Range(0, centerCount * featureCount).Select(_ => random.NextDouble() - 0.5).ToArray();
        labels = new int[RowCount];
        squaredDistances = new double[RowCount];
        workspace = kernel.CreateWorkspace();
        packed = kernel.Pack(centers, centerCount, featureCount);
        accumulator = new CenterAccumulator(centerCount, featureCount);
        Assign();
    }

    /// <summary>The assignment itself.</summary>
    [Benchmark(Baseline = true)]
    public void Assign() => kernel.Assign(samples, RowCount, packed!, labels, squaredDistances, workspace!);

    /// <summary>Packing the centers.</summary>
    [Benchmark]
    public void Pack() => packed = kernel.Pack(centers, centerCount, featureCount, packed);

    /// <summary>Adding up.</summary>
    [Benchmark]
    public void Accumulate()
    {
        accumulator!.Reset(centerCount, featureCount);
        accumulator.Add(samples, RowCount, labels, squaredDistances, []);
    }

    /// <summary>The distances to centers that are known: what is left of a row that Lloyd's algorithm passes over.</summary>
    [Benchmark]
    public void Measure() => kernel.Measure(samples, RowCount, packed!, labels, squaredDistances);
}
