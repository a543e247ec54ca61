
namespace KMeans.Tests.Kernels;

/// <summary>Values at which float32 overflows, underflows or cancels.</summary>
public class AssignmentMagnitudeTests
{
    /// <summary>K and d of every form of the vector kernels: columns with every score compared and with groups, few centers, panels.</summary>
    private static readonly (int CenterCount, int FeatureCount)[] Shapes = [(35, 5), (140, 18), (9, 70), (35, 70)];

    public static TheoryData<string> Kernels => new(TestedKernels.All.Select(kernel => kernel.Name));

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_AtEveryMagnitude_MatchesScalar(string name)
    {
        var kernel = TestedKernels.ByName(name);
        var random = new Random(1);
        for (var exponent = -45; exponent <= 38; exponent++)
        {
            var scale = Math.Pow(10, exponent);
            foreach (var (centerCount, d) in Shapes)
            {
                AssignmentContract.Check(
                    kernel, AssignmentContract.Uniform(random, 40 * d, -scale, scale), AssignmentContract.UniformCenters(random, centerCount * d, -scale, scale), centerCount, d);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_WithEveryPairOfMagnitudes_MatchesScalar(string name)
    {
        var kernel = TestedKernels.ByName(name);
        var random = new Random(2);
        double[] scales = [0, 1e-45, 1e-38, 1e-22, 1e-19, 1e-6, 1, 1e6, 1e12, 1e17, 1e18, 1e19, 1e20, 3e38];
        foreach (var sampleScale in scales)
        {
            foreach (var centerScale in scales)
            {
                foreach (var (centerCount, d) in Shapes)
                {
                    var samples = AssignmentContract.Uniform(random, 13 * d, -sampleScale, sampleScale);
                    AssignmentContract.Check(kernel, samples, AssignmentContract.UniformCenters(random, centerCount * d, -centerScale, centerScale), centerCount, d);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_WithMagnitudesMixedInOneCall_MatchesScalar(string name)
    {
        var kernel = TestedKernels.ByName(name);
        var random = new Random(3);
        for (var trial = 0; trial < 60; trial++)
        {
            var d = 1 + random.Next(trial % 2 == 0 ? 20 : 150);
            var centerCount = trial % 4 < 2 ? 40 : 9;
            var samples = AssignmentContract.Uniform(random, 30 * d);
            var centers = AssignmentContract.UniformCenters(random, centerCount * d);
            for (var i = 0; i < samples.Length; i++)
            {
                samples[i] = (float)Math.Clamp(samples[i] * Scale(random, i / d, trial), -float.MaxValue, float.MaxValue);
            }

            for (var i = 0; i < centers.Length; i++)
            {
                centers[i] *= Scale(random, i / d, trial);
            }

            AssignmentContract.Check(kernel, samples, centers, centerCount, d);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_WithCentersBeyondFloat_MatchesScalar(string name)
    {
        var kernel = TestedKernels.ByName(name);
        var random = new Random(4);
        foreach (var scale in (double[])[1e39, 1e100, 1e200, 1e308])
        {
            var centers = AssignmentContract.UniformCenters(random, 20 * 6);
            centers.AsSpan(0, 30).Clear();
            centers[31] = scale;
            centers[97] = -scale;
            AssignmentContract.Check(kernel, AssignmentContract.Uniform(random, 25 * 6), centers, 20, 6);
            AssignmentContract.Check(kernel, AssignmentContract.Uniform(random, 25 * 6), Enumerable.Repeat(scale, 20 * 6).ToArray(), 20, 6);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_WithOneFarCenter_ProvesAllOtherRowsInFloat(string name)
    {
        var kernel = TestedKernels.ByName(name);
        var random = new Random(5);
        foreach (var far in (double[])[1e5, 1e10, 1e25])
        {
            foreach (var (centerCount, d) in Shapes)
            {
                var centers = AssignmentContract.UniformCenters(random, centerCount * d);
                centers.AsSpan(0, d).Fill(far);
                Assert.InRange(AssignmentContract.Check(kernel, AssignmentContract.Uniform(random, 1000 * d), centers, centerCount, d), 0, 5);
            }
        }
    }

    // Some rows are scaled by a power of ten, a different one for each trial.
    private static double Scale(Random random, int row, int trial) => (row % 3) switch
    {
        0 => 1,
        1 => Math.Pow(10, trial - 25),
        _ => random.Next(4) == 0 ? 1e19 : 1e-3,
    };
}
