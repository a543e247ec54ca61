using KMeans.Kernels;

namespace KMeans.Tests.Kernels;

public class AssignmentKernelTests
{
    public static TheoryData<string> Kernels => new(TestedKernels.All.Select(kernel => kernel.Name));

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_EveryFeatureCount_MatchesScalar(string name)
    {
        var kernel = TestedKernels.ByName(name);
        var random = new Random(1);
        foreach (var d in Enumerable.Range(1, 40).Concat([63, 64, 65, 127, 128, 129, 400, 784]))
        {
            foreach (var centerCount in (int[])[1, 10, 37, 131])
            {
                AssignmentContract.Check(kernel, AssignmentContract.Uniform(random, 29 * d), AssignmentContract.UniformCenters(random, centerCount * d), centerCount, d);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_EveryCenterCount_MatchesScalar(string name)
    {
        var kernel = TestedKernels.ByName(name);
        var random = new Random(2);
        PackedCenters? packed = null;
        foreach (var centerCount in Enumerable.Range(1, 50).Concat([64, 100, 257]))
        {
            foreach (var d in (int[])[2, 17, 64, 65])
            {
                var centers = AssignmentContract.UniformCenters(random, centerCount * d);
                AssignmentContract.Check(kernel, AssignmentContract.Uniform(random, 25 * d), centers, centerCount, d, packed);
                packed = kernel.Pack(centers, centerCount, d, packed);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_ThousandsOfCenters_MatchesScalar(string name)
    {
        var kernel = TestedKernels.ByName(name);
        var random = new Random(11);
        foreach (var centerCount in (int[])[511, 513, 1030, 4097, 5000])
        {
            var centers = AssignmentContract.UniformCenters(random, centerCount * 3);
            centers.AsSpan(0, 30).CopyTo(centers.AsSpan((centerCount - 10) * 3));
            AssignmentContract.Check(kernel, AssignmentContract.Uniform(random, 60 * 3), centers, centerCount, 3);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_PanelsLargerThanTheCache_MatchesScalar(string name)
    {
        var random = new Random(12);
        AssignmentContract.Check(
            TestedKernels.ByName(name), AssignmentContract.Uniform(random, 150 * 500), AssignmentContract.UniformCenters(random, 250 * 500), 250, 500);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_MoreFeaturesThanTheBoundAllows_DecidesInDouble(string name)
    {
        const int FeatureCount = 300_000;
        var random = new Random(13);
        var nearTies = AssignmentContract.Check(
            TestedKernels.ByName(name), AssignmentContract.Uniform(random, 2 * FeatureCount), AssignmentContract.UniformCenters(random, 3 * FeatureCount), 3, FeatureCount);
        Assert.Equal(name == "scalar" ? 0 : 2, nearTies);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_RaggedSampleCounts_MatchesScalar(string name)
    {
        var kernel = TestedKernels.ByName(name);
        var random = new Random(3);
        foreach (var sampleCount in Enumerable.Range(0, 41).Concat([255, 257]))
        {
            foreach (var (centerCount, d) in ((int, int)[])[(45, 19), (150, 3), (45, 72), (7, 72)])
            {
                AssignmentContract.Check(kernel, AssignmentContract.Uniform(random, sampleCount * d), AssignmentContract.UniformCenters(random, centerCount * d), centerCount, d);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_WithDuplicatedCenters_ReturnsLowestIndex(string name)
    {
        var kernel = TestedKernels.ByName(name);
        var random = new Random(4);
        foreach (var (distinct, d) in ((int, int)[])[(1, 8), (5, 12), (30, 37), (60, 12), (3, 75), (30, 75)])
        {
            var once = AssignmentContract.UniformCenters(random, distinct * d);
            double[] centers = [.. once, .. once, .. once];
            var samples = AssignmentContract.Uniform(random, 50 * d);
            AssignmentContract.Check(kernel, samples, centers, 3 * distinct, d);
            var labels = new int[50];
            kernel.Assign(samples, 50, kernel.Pack(centers, 3 * distinct, d), labels, new double[50], kernel.CreateWorkspace());
            Assert.All(labels, label => Assert.InRange(label, 0, distinct - 1));
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_WithAllRowsAndCentersEqual_ReturnsZero(string name)
    {
        var kernel = TestedKernels.ByName(name);
        var samples = Enumerable.Repeat(0.1f, 30 * 21).ToArray();
        var centers = Enumerable.Repeat((double)0.1f, 40 * 21).ToArray();
        var labels = new int[30];
        var squaredDistances = new double[30];
        kernel.Assign(samples, 30, kernel.Pack(centers, 40, 21), labels, squaredDistances, kernel.CreateWorkspace());
        Assert.All(labels, label => Assert.Equal(0, label));
        Assert.All(squaredDistances, squaredDistance => Assert.Equal(0, squaredDistance));
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_WithCentersEqualToSamples_GivesExactlyZero(string name)
    {
        var kernel = TestedKernels.ByName(name);
        var samples = AssignmentContract.Uniform(new Random(5), 60 * 33, -100, 300);
        var labels = new int[60];
        var squaredDistances = new double[60];
        kernel.Assign(samples, 60, kernel.Pack(Array.ConvertAll(samples, value => (double)value), 60, 33), labels, squaredDistances, kernel.CreateWorkspace());
        Assert.Equal(Enumerable.Range(0, 60), labels);
        Assert.All(squaredDistances, squaredDistance => Assert.Equal(0, squaredDistance));
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_DataFarFromTheOrigin_MatchesScalar(string name)
    {
        var kernel = TestedKernels.ByName(name);
        var random = new Random(6);
        foreach (var d in (int[])[1, 8, 50, 80])
        {
            AssignmentContract.Check(kernel, AssignmentContract.Uniform(random, 70 * d, 1e6, 1e6 + 1), AssignmentContract.UniformCenters(random, 33 * d, 1e6, 1e6 + 1), 33, d);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_WithCentersOneBitApart_MatchesScalar(string name)
    {
        var kernel = TestedKernels.ByName(name);
        var random = new Random(7);
        foreach (var d in (int[])[1, 3, 16, 100])
        {
            var centers = AssignmentContract.UniformCenters(random, d);
            var near = new double[40 * d];
            for (var i = 0; i < near.Length; i++)
            {
                near[i] = random.Next(3) switch { 0 => Math.BitIncrement(centers[i % d]), 1 => Math.BitDecrement(centers[i % d]), _ => centers[i % d] };
            }

            var nearTies = AssignmentContract.Check(kernel, AssignmentContract.Uniform(random, 200 * d), near, 40, d);
            Assert.True(nearTies == 200 || name == "scalar", "No float can tell these centers apart.");
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_WithPairsOfCentersOneBitApart_MatchesScalar(string name)
    {
        var random = new Random(14);
        foreach (var (centerCount, d) in ((int, int)[])[(40, 5), (150, 5), (40, 70)])
        {
            var centers = AssignmentContract.UniformCenters(random, centerCount * d);
            for (var i = 0; i < centers.Length; i++)
            {
                centers[i] = i / d % 2 == 0 ? centers[i] : Math.BitIncrement(centers[i - d]);
            }

            var nearTies = AssignmentContract.Check(TestedKernels.ByName(name), AssignmentContract.Uniform(random, 200 * d), centers, centerCount, d);
            Assert.True(nearTies == 200 || name == "scalar", "No float can tell a pair apart.");
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_SamplesOnBisectors_MatchesScalar(string name)
    {
        var kernel = TestedKernels.ByName(name);
        var random = new Random(8);
        foreach (var d in (int[])[2, 13, 64, 90])
        {
            var centers = AssignmentContract.UniformCenters(random, 20 * d);
            var samples = new float[190 * d];
            var row = 0;
            for (var a = 0; a < 20; a++)
            {
                for (var b = 0; b < a; b++, row++)
                {
                    for (var i = 0; i < d; i++)
                    {
                        samples[(row * d) + i] = (float)((centers[(a * d) + i] + centers[(b * d) + i]) / 2);
                    }
                }
            }

            AssignmentContract.Check(kernel, samples, centers, 20, d);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_OnAGridOfExactTies_ReturnsLowestIndex(string name)
    {
        var random = new Random(9);
        var samples = new float[500 * 3];
        var centers = new double[60 * 3];
        Array.ForEach(Enumerable.Range(0, samples.Length).ToArray(), i => samples[i] = random.Next(5));
        Array.ForEach(Enumerable.Range(0, centers.Length).ToArray(), i => centers[i] = random.Next(5));
        AssignmentContract.Check(TestedKernels.ByName(name), samples, centers, 60, 3);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void AssignWithRivals_OnUniformData_IsNearlyTheSecondDistance(string name)
    {
        var kernel = TestedKernels.ByName(name);
        var random = new Random(15);
        foreach (var (centerCount, d) in ((int, int)[])[(30, 5), (300, 7), (45, 72), (7, 150), (1, 20)])
        {
            var samples = AssignmentContract.Uniform(random, 100 * d);
            var centers = AssignmentContract.UniformCenters(random, centerCount * d);
            var rivalDistances = new float[100];
            kernel.AssignWithRivals(samples, 100, kernel.Pack(centers, centerCount, d), new int[100], new double[100], rivalDistances, kernel.CreateWorkspace());
            for (var i = 0; i < 100; i++)
            {
                var second = Enumerable.Range(0, centerCount)
                    .Select(j => Math.Sqrt(SquaredDistance.Between(samples.AsSpan(i * d, d), centers.AsSpan(j * d, d)))).Order().Skip(1).DefaultIfEmpty(double.PositiveInfinity).First();
                Assert.True(rivalDistances[i] == second || Math.Abs(rivalDistances[i] - second) <= 1e-3 * second, $"{rivalDistances[i]} against {second}");
            }
        }
    }
}
