using KMeans.Kernels;

namespace KMeans.Tests.Kernels;

public class DotProductTests
{
    [Fact]
    public void Of_AtEveryLength_IsTheSumOfEightLanesAndTheRest()
    {
        var random = new Random(3);
        for (var length = 0; length <= 70; length++)
        {
            var x = Enumerable.Range(0, length).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
            var v = Enumerable.Range(0, length).Select(_ => random.NextDouble() - 0.5).ToArray();
            var lanes = new double[8];
            for (var i = 0; i < length / 8 * 8; i++)
            {
                lanes[i % 8] += x[i] * v[i];
            }

            var sum = ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
            for (var i = length / 8 * 8; i < length; i++)
            {
                sum += x[i] * v[i];
            }

            Assert.Equal(sum, DotProduct.Of(x, v));
        }
    }
}
