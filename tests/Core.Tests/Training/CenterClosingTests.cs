using KMeans.Training;

namespace KMeans.Tests.Training;

public class CenterClosingTests
{
    [Fact]
    public void CloseOpened_WhereEachIsClosedIntoTheNext_MapsThemAllToTheLast()
    {
        // 13 goes to 12, both to 10, and all of them to 0.
        var centers = Line([-1_000, 0, 10, 12, 13]);
        var cost = CenterClosing.CloseOpened(centers, 2, 0, 1_000, out var map);

        Assert.Equal([0, 1, 1, 1, 1], map);
        Assert.Equal(2_000, cost);
        Assert.Equal([1.0, 4.0], centers.Weights.ToArray());
        Assert.Equal(8.75, centers.Mean(1)[0], 1e-12);
    }

    [Fact]
    public void CloseOpened_WhenACenterInTheMiddleGoes_MovesTheLaterOnesUp()
    {
        var centers = Line([0, 100, 100.5, 200, 300]);
        CenterClosing.CloseOpened(centers, 1, 3, 1, out var map);

        Assert.Equal([0, 1, 1, 2, 3], map);
        Assert.Equal([0, 100.25, 200, 300], centers.Means.ToArray());
    }

    [Fact]
    public void CloseOpened_WithFewEnough_ChangesNothing()
    {
        var centers = Line([0, 1, 2]);
        Assert.Equal(1_000, CenterClosing.CloseOpened(centers, 1, 2, 1_000, out var map));
        Assert.Equal([0, 1, 2], map);
        Assert.Equal([0, 1, 2], centers.Means.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void CloseOpened_OverSeveralDoublings_MapsEachCenterToTheOneThatTookItsRows(int seed)
    {
        const int FixedCount = 3;
        var random = new Random(seed);
        var centers = new RunningCenters(0, 2);
        for (var i = 0; i < 80; i++)
        {
            centers.Add(new CenterId(i < FixedCount ? -1 : 0, i), 1 + (10 * random.NextDouble()), [100 * random.NextDouble(), 100 * random.NextDouble()], random.NextDouble());
        }

        var before = centers.Copy();
        var cost = CenterClosing.CloseOpened(centers, FixedCount, 5, 100, out var map);

        Assert.True(cost >= 800, "It was to take several rounds.");
        Assert.Equal(80, map.Length);
        Assert.Equal([0, 1, 2], map.Take(FixedCount));
        Assert.InRange(centers.Count, FixedCount, FixedCount + 5);
        for (var j = 0; j < centers.Count; j++)
        {
            var taken = new RunningCenters(0, 2);
            taken.Add(default, 0, [0, 0], 0);
            foreach (var i in Enumerable.Range(0, 80).Where(i => map[i] == j))
            {
                taken.Absorb(0, before.Weights[i], before.Mean(i), before.SquaredErrors[i]);
            }

            Assert.Equal(taken.Weights[0], centers.Weights[j], 1e-9);
            Assert.Equal(taken.Mean(0)[0], centers.Mean(j)[0], 1e-9);
            Assert.Equal(taken.Mean(0)[1], centers.Mean(j)[1], 1e-9);
            Assert.Equal(taken.SquaredErrors[0], centers.SquaredErrors[j], 1e-9 * (1 + centers.SquaredErrors[j]));
            Assert.Equal(j, map[(int)centers.Ids[j].Row]);
        }
    }

    /// <summary>Centers of weight 1.</summary>
    private static RunningCenters Line(double[] means)
    {
        var centers = new RunningCenters(0, 1);
        foreach (var mean in means)
        {
            centers.Add(new CenterId(0, centers.Count), 1, [mean], 0);
        }

        return centers;
    }
}
