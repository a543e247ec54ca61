using KMeans.Kernels;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class BoundedAssignmentTests
{
    private const int FeatureCount = 33;
    private const int ClusterCount = 12;
    private const int JumpCenterCount = 60;
    private const int RowCount = 3_000;

    public static TheoryData<string> Kernels => new(AssignmentKernels.Available.Select(kernel => kernel.Name));

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_WhileCentersMove_GivesTheBitsOfThePlainAssignment(string name)
    {
        var random = new Random(1);
        foreach (var step in (double[])[0, 1e-7, 1e-3, 0.1, 3])
        {
            var samples = Blobs.Make(RowCount, FeatureCount, ClusterCount, spread: 2);
            var centers = samples.Take(ClusterCount * FeatureCount).Select(x => (double)x).ToArray();

            // Two centers at the same place, and one far from all rows.
            centers.AsSpan(0, FeatureCount).CopyTo(centers.AsSpan(FeatureCount));
            centers.AsSpan(2 * FeatureCount, FeatureCount).Fill(1e4);
            using var subject = new Subject(samples, new CountingKernel(AssignmentKernels.ByName(name)));
            for (var iteration = 0; iteration < 8; iteration++)
            {
                subject.Check(centers);
                for (var i = 0; i < centers.Length; i++)
                {
                    centers[i] += step * ((2 * random.NextDouble()) - 1);
                }
            }
        }
    }

    [Fact]
    public void Assign_WhenOneCenterJumps_LooksAtTheRowsAgain()
    {
        var samples = Blobs.Make(RowCount, FeatureCount, ClusterCount, spread: 1);
        var centers = samples.Take(ClusterCount * FeatureCount).Select(x => (double)x).ToArray();
        using var subject = new Subject(samples, new CountingKernel(AssignmentKernels.Best));
        subject.Check(centers);
        samples.AsSpan(500 * FeatureCount, FeatureCount).ToArray().Select(x => (double)x).ToArray().CopyTo(centers, 3 * FeatureCount);
        subject.Check(centers);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_WhileSomeCentersJump_GivesTheBitsOfThePlainAssignment(string name)
    {
        var random = new Random(2);
        var samples = Blobs.Make(RowCount, FeatureCount, ClusterCount, spread: 1);
        using var subject = new Subject(samples, new CountingKernel(AssignmentKernels.ByName(name)), JumpCenterCount);
        var centers = samples.Take(JumpCenterCount * FeatureCount).Select(x => (double)x).ToArray();
        for (var iteration = 0; iteration < 20; iteration++)
        {
            subject.Check(centers);
            for (var i = 0; i < centers.Length; i++)
            {
                centers[i] += 1e-3 * ((2 * random.NextDouble()) - 1);
            }

            // One to a row, one to the place of another center before or behind it: of equal distances the lowest index wins. One goes away from all rows.
            Place(random.Next(JumpCenterCount), samples.AsSpan(random.Next(RowCount) * FeatureCount, FeatureCount).ToArray().Select(x => (double)x).ToArray());
            Place(random.Next(JumpCenterCount), centers.AsSpan(random.Next(JumpCenterCount) * FeatureCount, FeatureCount).ToArray());
            Place(random.Next(JumpCenterCount), Enumerable.Repeat(1e4, FeatureCount).ToArray());
        }

        void Place(int center, double[] place) => place.CopyTo(centers.AsSpan(center * FeatureCount));
    }

    [Fact]
    public void Assign_WhenOneOfManyCentersJumps_ComparesRowsWithFewOthers()
    {
        var samples = Blobs.Make(RowCount, FeatureCount, JumpCenterCount, spread: 1);
        var centers = samples.Take(JumpCenterCount * FeatureCount).Select(x => (double)x).ToArray();
        var kernel = new CountingKernel(AssignmentKernels.Best);
        using var subject = new Subject(samples, kernel, JumpCenterCount);
        subject.Check(centers);
        var all = kernel.Comparisons;
        Assert.Equal((long)RowCount * JumpCenterCount, all);
        centers.AsSpan(3 * FeatureCount, FeatureCount).Fill(1e4);
        subject.Check(centers);

        // The rows that the center has left, about one in sixty, and the center itself.
        Assert.InRange(kernel.Comparisons - all, RowCount, all / 10);
    }

    [Fact]
    public void Assign_WhenCentersHardlyMove_ComparesFewRows()
    {
        var samples = Blobs.Make(RowCount, FeatureCount, ClusterCount, spread: 1);
        var centers = samples.Take(ClusterCount * FeatureCount).Select(x => (double)x).ToArray();
        var kernel = new CountingKernel(AssignmentKernels.Best);
        using var subject = new Subject(samples, kernel);
        subject.Check(centers);
        Assert.Equal(RowCount, kernel.ComparedRows);
        centers[5] += 1e-6;
        subject.Check(centers);
        Assert.InRange(kernel.ComparedRows - RowCount, 0, RowCount / 20);
    }

    [Fact]
    public void Assign_WithANumberThatIsNone_ComparesEveryRow()
    {
        var samples = Blobs.Make(RowCount, FeatureCount, ClusterCount, spread: 1);
        var kernel = new CountingKernel(AssignmentKernels.Best);
        using var subject = new Subject(samples, kernel);
        var centers = Enumerable.Repeat(1e160, ClusterCount * FeatureCount).ToArray();
        subject.Check(centers);
        subject.Check(centers);
        Assert.Equal(2 * RowCount, kernel.ComparedRows);
    }

    /// <summary>Assigns in tiles, as Lloyd's algorithm does, and compares with the plain assignment.</summary>
    private sealed class Subject(float[] samples, CountingKernel kernel, int clusterCount = ClusterCount) : IDisposable
    {
        private const int TileRows = 250;
        private readonly BoundedAssignment bounded = new([new RowBlock(samples, RowCount, null)], clusterCount, FeatureCount, kernel);

        public void Dispose() => bounded.Dispose();

        public void Check(double[] centers)
        {
            var packed = kernel.Pack(centers, clusterCount, FeatureCount);
            var (labels, squaredDistances) = (new int[RowCount], new double[RowCount]);
            var workspace = kernel.CreateWorkspace();
            var scratch = bounded.CreateScratch(TileRows);
            bounded.Begin(centers);
            for (var first = 0; first < RowCount; first += TileRows)
            {
                bounded.Assign(0, first, packed, labels.AsSpan(first, TileRows), squaredDistances.AsSpan(first, TileRows), workspace, scratch);
            }

            var (expectedLabels, expectedDistances) = (new int[RowCount], new double[RowCount]);
            kernel.Assign(samples, RowCount, packed, expectedLabels, expectedDistances, workspace);
            Assert.Equal(expectedLabels, labels);
            Assert.Equal(expectedDistances, squaredDistances);
        }
    }

    private sealed class CountingKernel(IAssignmentKernel inner) : IAssignmentKernel
    {
        public long ComparedRows { get; private set; }

        public long Comparisons { get; private set; }

        public string Name => inner.Name;

        public PackedCenters Pack(ReadOnlySpan<double> centers, int centerCount, int featureCount, PackedCenters? reuse = null) => inner.Pack(centers, centerCount, featureCount, reuse);

        public KernelWorkspace CreateWorkspace() => inner.CreateWorkspace();

        public void Assign(ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, Span<int> labels, Span<double> squaredDistances, KernelWorkspace workspace) =>
            inner.Assign(samples, sampleCount, centers, labels, squaredDistances, workspace);

        public void AssignWithRivals(
            ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, Span<int> labels, Span<double> squaredDistances, Span<float> rivalDistances, KernelWorkspace workspace)
        {
            ComparedRows += sampleCount;
            Comparisons += (long)sampleCount * centers.CenterCount;
            inner.AssignWithRivals(samples, sampleCount, centers, labels, squaredDistances, rivalDistances, workspace);
        }

        public void Measure(ReadOnlySpan<float> samples, int sampleCount, PackedCenters centers, ReadOnlySpan<int> labels, Span<double> squaredDistances) =>
            inner.Measure(samples, sampleCount, centers, labels, squaredDistances);
    }
}
