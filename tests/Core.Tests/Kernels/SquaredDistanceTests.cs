using KMeans.Kernels;

namespace KMeans.Tests.Kernels;

public class SquaredDistanceTests
{
    [Fact]
    public void EveryWidth_EveryLength_HasTheBitsOfScalar()
    {
        var random = new Random(1);
        for (var d = 1; d <= 133; d++)
        {
            var x = AssignmentContract.Uniform(random, d, -300, 300);
            var c = AssignmentContract.UniformCenters(random, d, -300, 300);
            AssertAllEqual(x, c);
        }
    }

    [Fact]
    public void EveryWidth_ExtremeValues_HasTheBitsOfScalar()
    {
        float[] values = [0, float.Epsilon, -float.Epsilon, 1e-20f, 1, -1, 1e19f, float.MaxValue, float.MinValue];
        foreach (var x in values)
        {
            foreach (var c in (double[])[0, -0.0, double.Epsilon, 1, float.MaxValue, 1e200, double.MaxValue])
            {
                AssertAllEqual([x, 1, 2], [c, 1, 2.5]);
                AssertAllEqual([.. Enumerable.Repeat(x, 11)], [.. Enumerable.Repeat(c, 11)]);
            }
        }
    }

    [Fact]
    public void Scalar_SmallIntegers_IsTheTextbookSum()
    {
        Assert.Equal(1 + 4 + 9 + 16 + 25 + 36 + 49 + 64 + 81, SquaredDistance.Scalar([1, 2, 3, 4, 5, 6, 7, 8, 9], new double[9]));
    }

    private static void AssertAllEqual(float[] x, double[] c)
    {
        var expected = BitConverter.DoubleToInt64Bits(SquaredDistance.Scalar(x, c));
        Assert.Equal(expected, BitConverter.DoubleToInt64Bits(SquaredDistance.Between(x, c)));
        if (x.Length >= SquaredDistance.LaneCount)
        {
            Assert.Equal(expected, BitConverter.DoubleToInt64Bits(SquaredDistance.InVector512(in x[0], in c[0], x.Length)));
        }

        Assert.Equal(expected, BitConverter.DoubleToInt64Bits(SquaredDistance.InVector256(in x[0], in c[0], x.Length)));
        Assert.Equal(expected, BitConverter.DoubleToInt64Bits(SquaredDistance.InVector128(in x[0], in c[0], x.Length)));
    }
}
