using KMeans.Kernels;

namespace KMeans.Tests.Kernels;

/// <summary>What every assignment kernel must do, whatever it runs on: the labels and the bits of the scalar kernel.</summary>
internal static class AssignmentContract
{
    private static readonly ScalarKernel Oracle = new();

    /// <summary>Assigns with the kernel and the oracle and compares everything. Returns the near-ties.</summary>
    public static long Check(IAssignmentKernel kernel, float[] samples, double[] centers, int centerCount, int featureCount, PackedCenters? reuse = null)
    {
        var sampleCount = samples.Length / featureCount;
        var expected = Run(Oracle, samples, sampleCount, Oracle.Pack(centers, centerCount, featureCount), Oracle.CreateWorkspace());
        var workspace = kernel.CreateWorkspace();
        var actual = Run(kernel, samples, sampleCount, kernel.Pack(centers, centerCount, featureCount, reuse), workspace);
        for (var i = 0; i < sampleCount; i++)
        {
            if (expected.Labels[i] != actual.Labels[i] || BitConverter.DoubleToInt64Bits(expected.SquaredDistances[i]) != BitConverter.DoubleToInt64Bits(actual.SquaredDistances[i]))
            {
                Assert.Fail($"{kernel.Name}, d={featureCount}, K={centerCount}, n={sampleCount}, row {i}: expected center {expected.Labels[i]} at {expected.SquaredDistances[i]:R}, got {actual.Labels[i]} at {actual.SquaredDistances[i]:R}");
            }
        }

        var nearTies = workspace.NearTies;
        CheckRivals(kernel, samples, sampleCount, centers, centerCount, featureCount, expected, workspace);
        (workspace as IDisposable)?.Dispose();
        return nearTies;
    }

    /// <summary>The assignment with rivals and the distances to known centers give the same bits, and no other center is nearer than the bound says.</summary>
    private static void CheckRivals(
        IAssignmentKernel kernel, float[] samples, int sampleCount, double[] centers, int centerCount, int featureCount, (int[] Labels, double[] SquaredDistances) expected, KernelWorkspace workspace)
    {
        var packed = kernel.Pack(centers, centerCount, featureCount);
        var labels = new int[sampleCount];
        var squaredDistances = new double[sampleCount];
        var rivalDistances = new float[sampleCount];
        kernel.AssignWithRivals(samples, sampleCount, packed, labels, squaredDistances, rivalDistances, workspace);
        Assert.Equal(expected.Labels, labels);
        Assert.Equal(expected.SquaredDistances, squaredDistances);
        kernel.Measure(samples, sampleCount, packed, labels, squaredDistances);
        Assert.Equal(expected.SquaredDistances, squaredDistances);
        for (var i = 0; i < sampleCount; i++)
        {
            var least = double.PositiveInfinity;
            for (var j = 0; j < centerCount; j++)
            {
                var squaredDistance = SquaredDistance.Between(samples.AsSpan(i * featureCount, featureCount), centers.AsSpan(j * featureCount, featureCount));
                least = j == labels[i] ? least : Math.Min(least, squaredDistance);
            }

            Assert.True(rivalDistances[i] >= 0 && rivalDistances[i] <= Math.Sqrt(least), $"{kernel.Name}, d={featureCount}, K={centerCount}, row {i}: a center is at {Math.Sqrt(least):R}, nearer than {rivalDistances[i]:R}");
        }
    }

    /// <summary>Uniform values in [low, high).</summary>
    public static float[] Uniform(Random random, int count, double low = -1, double high = 1)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = (float)(low + ((high - low) * random.NextDouble()));
        }

        return values;
    }

    /// <summary>Uniform values in [low, high).</summary>
    public static double[] UniformCenters(Random random, int count, double low = -1, double high = 1)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = low + ((high - low) * random.NextDouble());
        }

        return values;
    }

    private static (int[] Labels, double[] SquaredDistances) Run(IAssignmentKernel kernel, float[] samples, int sampleCount, PackedCenters centers, KernelWorkspace workspace)
    {
        var labels = new int[sampleCount];
        var squaredDistances = new double[sampleCount];
        kernel.Assign(samples, sampleCount, centers, labels, squaredDistances, workspace);
        return (labels, squaredDistances);
    }
}
