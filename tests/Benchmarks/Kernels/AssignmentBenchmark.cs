using BenchmarkDotNet.Attributes;
using KMeans.Kernels;

namespace KMeans.Benchmarks.Kernels;

/// <summary>One assignment of a tile of rows by each vector kernel; the baseline is the narrowest. Operations: 2 n K d.</summary>
public class AssignmentBenchmark
{
    private const int RowCount = 4096;

    private float[] samples = [];
    private int[] labels = [];
    private double[] squaredDistances = [];
    private IAssignmentKernel kernel = AssignmentKernels.Best;
    private PackedCenters? packed;
    private KernelWorkspace? workspace;

    /// <summary>Features and centers: one shape for each form of the kernels and some between.</summary>
    [Params("8x256", "16x26", "64x64", "128x1024", "400x512", "784x10")]
    public string Shape { get; set; } = "";

    /// <summary>Makes uniform rows and centers.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var shape = Shape.Split('x').Select(int.Parse).ToArray();
        var (d, centerCount) = (shape[0], shape[1]);
        var random = new Random(1);
        samples = Enumerable.Range(0, RowCount * d).Select(_ => random.NextSingle() - 0.5f).ToArray();
        labels = new int[RowCount];
        squaredDistances = new double[RowCount];
        Centers = Enumerable.Range(0, centerCount * d).Select(_ => random.NextDouble() - 0.5).ToArray();
        CenterCount = centerCount;
        FeatureCount = d;
    }

    /// <summary>The 128-bit kernel.</summary>
    [Benchmark(Baseline = true)]
    public void Vector128() => Assign("vector128");

    /// <summary>The 256-bit kernel.</summary>
    [Benchmark]
    public void Vector256() => Assign("vector256");

    /// <summary>The 512-bit kernel.</summary>
    [Benchmark]
    public void Vector512() => Assign("vector512");

    private double[] Centers { get; set; } = [];

    private int CenterCount { get; set; }

    private int FeatureCount { get; set; }

    private void Assign(string name)
    {
        if (packed is null || kernel.Name != name)
        {
            kernel = AssignmentKernels.ByName(name);
            packed = kernel.Pack(Centers, CenterCount, FeatureCount);
            workspace = kernel.CreateWorkspace();
        }

        kernel.Assign(samples, RowCount, packed, labels, squaredDistances, workspace!);
    }
}
