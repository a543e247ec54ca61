using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class PartitionTrainerTests
{
    [Theory]
    [InlineData(100, 0)]
    [InlineData(64, 0)]
    [InlineData(1, 0)]
    [InlineData(100_000, 0)]
    [InlineData(100, 250)]
    [InlineData(37, 1)]
    public void Train_OnOnePartition_MatchesTheThirtyLineReference(int miniBatchSize, long halfLife)
    {
        const int d = 5;
        var samples = Blobs.Make(1_000, d, 8);
        var start = Enumerable.Range(0, 8).Select(j => samples.AsSpan(j * 13 * d, d).ToArray().Select(x => (double)x).ToArray()).ToArray();
        var context = Passes.Context(samples, d, start.SelectMany(center => center).ToArray(), miniBatchSize: miniBatchSize, halfLife: halfLife);

        var summary = Passes.Run(context);
        var (centers, counts) = ReferencePass.Run(samples, d, start, new double[8], miniBatchSize, halfLife);

        var merged = Passes.Merged(context, summary);
        for (var j = 0; j < 8; j++)
        {
            Assert.Equal(counts[j], merged.Weights[j], 1e-9 * (1 + counts[j]));
            for (var f = 0; f < d; f++)
            {
                Assert.Equal(centers[j][f], merged.Mean(j)[f], 1e-6);
            }
        }
    }

    [Fact]
    public void Train_OnTheDocumentedExample_MovesCentersBy25Of125And40Of190And5Of455()
    {
        // Three clusters with 100, 150 and 450 rows; the mini-batch brings 25, 40 and 5.
        double[] centers = [0, 100, 200];
        var samples = Enumerable.Repeat(10f, 25).Concat(Enumerable.Repeat(90f, 40)).Concat(Enumerable.Repeat(240f, 5)).ToArray();
        var context = Passes.Context(samples, 1, centers, [100, 150, 450]);

        var merged = Passes.Merged(context, Passes.Run(context));

        Assert.Equal(0 + (25.0 / 125 * 10), merged.Mean(0)[0], 1e-12);
        Assert.Equal(100 - (40.0 / 190 * 10), merged.Mean(1)[0], 1e-12);
        Assert.Equal(200 + (5.0 / 455 * 40), merged.Mean(2)[0], 1e-12);
        Assert.Equal([125, 190, 455], merged.Weights.ToArray());
    }

    [Fact]
    public void Train_KeepsTheExactSquaredErrorOfEachCentersRows()
    {
        const int d = 3;
        var samples = Blobs.Make(500, d, 4, spread: 100);
        var start = Enumerable.Range(0, 4).SelectMany(j => samples.AsSpan(j * d, d).ToArray().Select(x => (double)x)).ToArray();
        var context = Passes.Context(samples, d, start, miniBatchSize: 64);

        var centers = Passes.Run(context).Centers;

        // The clusters are far apart: each keeps the rows i, i + 4, i + 8, ...
        for (var j = 0; j < 4; j++)
        {
            var rows = Enumerable.Range(0, 125).Select(i => samples.AsSpan(((i * 4) + j) * d, d).ToArray()).ToArray();
            var mean = Enumerable.Range(0, d).Select(f => rows.Average(row => (double)row[f])).ToArray();
            var error = rows.Sum(row => Enumerable.Range(0, d).Sum(f => Math.Pow(row[f] - mean[f], 2)));
            Assert.Equal(125, centers.Weights[j]);
            Assert.Equal(error, centers.SquaredErrors[j], error * 1e-9);
            Assert.Equal(mean[0], centers.Mean(j)[0], 1e-9);
        }
    }

    [Fact]
    public void Train_WithAFarGroup_OpensOneCenterForIt()
    {
        var samples = Enumerable.Range(0, 1_000).Select(i => i % 100 == 7 ? 1_000_000f + (i / 100) : i % 10).ToArray();
        var closed = Passes.Run(Passes.Context(samples, 1, [4.5]));
        var open = Passes.Run(Passes.Context(samples, 1, [4.5], opening: new OpeningRule(1_000_000, 16)));

        Assert.Equal(1, closed.Centers.Count);
        var far = Assert.Single(Enumerable.Range(1, open.Centers.Count - 1), j => open.Centers.Mean(j)[0] > 900_000);
        Assert.Equal(10, open.Centers.Weights[far]);
        Assert.Equal(1_000_004.5, open.Centers.Mean(far)[0], 1e-6);
        Assert.Equal(new CenterId(0, 7), open.Centers.Ids[far]);
        Assert.Equal(1_000, open.Centers.Weights.ToArray().Sum());
    }

    [Fact]
    public void Train_WithTwoFarRowsInOneMiniBatch_OpensOneCenterForBoth()
    {
        var samples = Enumerable.Range(0, 100).Select(i => i is 3 or 4 ? 1_000_000f : i % 10).ToArray();
        var centers = Passes.Run(Passes.Context(samples, 1, [4.5], opening: new OpeningRule(1_000_000, 16))).Centers;
        var far = Assert.Single(Enumerable.Range(1, centers.Count - 1), j => centers.Mean(j)[0] > 900_000);
        Assert.Equal(2, centers.Weights[far]);
    }

    [Fact]
    public void Train_WhenEveryRowIsFar_HoldsAtMostTheOpenedCentersAllowedAndLosesNoRow()
    {
        var samples = Enumerable.Range(0, 20_000).Select(i => (float)i * i).ToArray();
        var summary = Passes.Run(Passes.Context(samples, 1, [0], miniBatchSize: 500, opening: new OpeningRule(1, 16)));

        Assert.InRange(summary.Centers.Count, 2, 17);
        Assert.True(summary.OpeningCost > 1);
        Assert.Equal(20_000, summary.Centers.Weights.ToArray().Sum(), 1e-6);
        var mean = Enumerable.Range(0, summary.Centers.Count).Sum(j => summary.Centers.Weights[j] * summary.Centers.Mean(j)[0]) / 20_000;
        Assert.Equal(samples.Average(x => (double)x), mean, 1e-6 * mean);
    }
}
