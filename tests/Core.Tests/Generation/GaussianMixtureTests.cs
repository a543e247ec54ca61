using KMeans.Generation;

namespace KMeans.Tests.Generation;

public sealed class GaussianMixtureTests
{
    [Fact]
    public void Rows_ByRowAndByColumn_AreTheSame()
    {
        var mixture = new GaussianMixture(3, 4, 1.5, seed: 9);
        var clusters = Enumerable.Range(0, 50).Select(i => mixture.ClusterOf(7 + i)).ToArray();
        var column = new float[50];
        var row = new float[3];
        for (var f = 0; f < 3; f++)
        {
            mixture.FillColumn(7, f, clusters, column);
            for (var i = 0; i < 50; i++)
            {
                mixture.FillRow(7 + i, row);
                Assert.Equal(row[f], column[i]);
            }
        }
    }

    [Fact]
    public void Rows_LieAroundTheirCenters_AsFarAsTheNoiseSays()
    {
        var mixture = new GaussianMixture(10, 5, 1.5, seed: 1);
        var row = new float[10];
        var clusters = new int[5];
        var sum = 0.0;
        for (var i = 0; i < 20_000; i++)
        {
            sum += mixture.FillRow(i, row);
            clusters[mixture.ClusterOf(i)]++;
        }

        Assert.InRange(sum / 20_000, 22.2, 22.8);
        Assert.All(clusters, count => Assert.InRange(count, 3_700, 4_300));
    }
}
