using KMeans.Coordination;
using KMeans.Input;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Coordination;

public class QualityNotesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(64 << 20)]
    public void Of_AColumnThatOutweighsTheOthers_NamesIt(long rowBudget)
    {
        var samples = WithDominantColumn();
        var options = new TrainingOptions { ClusterCount = 3, RowBudget = rowBudget };

        var note = Assert.Single(Trainer.Train(samples, 3, options).Report.Notes);
        Assert.StartsWith("column c1 has 100.0 % of the variance", note);
        Assert.Contains("--scale standard", note);
        Assert.DoesNotContain(Trainer.Train(samples, 3, options with { Scaling = ColumnScaling.Standard }).Report.Notes, each => each.Contains("c1"));
    }

    [Fact]
    public void Of_ASingleColumn_SaysNothingOfIt()
    {
        var samples = Blobs.Make(3_000, 1, 3, spread: 1_000);
        Assert.Empty(Trainer.Train(samples, 1, new TrainingOptions { ClusterCount = 3 }).Report.Notes);
    }

    [Fact]
    public void Of_ColumnsOfTheSameWeight_SaysNothingOfThem()
    {
        Assert.Empty(Trainer.Train(Blobs.Make(3_000, 3, 3, spread: 100), 3, new TrainingOptions { ClusterCount = 3 }).Report.Notes);
    }

    [Theory]
    [InlineData(5, "2 of 5 clusters are empty")]
    [InlineData(4, "1 of 4 clusters is empty")]
    public void Of_FewerDifferentRowsThanClusters_CountsTheEmptyOnes(int clusterCount, string expected)
    {
        var samples = Enumerable.Range(0, 300).SelectMany(i => new[] { i % 3, (float)(i * i % 3) }).ToArray();
        foreach (var rowBudget in new[] { 0L, 64 << 20 })
        {
            Assert.Contains(expected, Assert.Single(Trainer.Train(samples, 2, new TrainingOptions { ClusterCount = clusterCount, RowBudget = rowBudget }).Report.Notes));
        }
    }

    [Fact]
    public void Of_RowsWithoutClusters_SaysThatTheClustersDependOnTheSeed()
    {
        var random = new Random(3);
        var samples = Enumerable.Range(0, 20_000 * 8).Select(_ => (float)random.NextDouble()).ToArray();
        var report = Trainer.Train(samples, 8, new TrainingOptions { ClusterCount = 10 }).Report;

        Assert.InRange(report.SeedAgreement!.Value, 0.1, 0.75);
        Assert.Contains("the clusters depend on the seed", Assert.Single(report.Notes));
        Assert.Contains($" {Math.Round(100 * report.SeedAgreement!.Value)} % of the rows are grouped alike", report.Notes[0]);
    }

    [Theory]
    [InlineData(0.25, 0.5, "plain k-means on 1,234 of the rows found centers that cost 20.0 % less")]
    [InlineData(0.021, 1, "cost 2.1 % less")]
    [InlineData(0.019, 0.74, "within 2 % in which only 74 % of the rows")]
    [InlineData(-0.019, 0.74, "within 2 % in which only 74 % of the rows")]
    [InlineData(0.019, 0.76, null)]
    [InlineData(-0.3, 0.5, null)]
    public void Of_TheGapAndTheAgreement_SpeaksOfWhatShouldBeLookedAt(double gap, double agreement, string? expected)
    {
        var samples = Blobs.Make(100, 2, 2);
        var input = InputSet.Create([new MemoryInputFile(samples, 2)], new ColumnChoice());
        var finish = new Finish([0, 0, 1, 1], [1, 1], new CostEstimate(CostKind.Exact, 1, 2, 1, 1, null), new QualityStatement(gap, 1_234, agreement));

        var notes = QualityNotes.Of(finish, SampledPass.Initial(samples, 2, [0, 0, 1, 1]), input, new TrainingOptions { ClusterCount = 2 }).ToArray();

        if (expected is null)
        {
            Assert.Empty(notes);
        }
        else
        {
            Assert.Contains(expected, Assert.Single(notes));
        }
    }

    private static float[] WithDominantColumn()
    {
        var samples = Blobs.Make(3_000, 3, 3);
        for (var i = 1; i < samples.Length; i += 3)
        {
            samples[i] *= 100;
        }

        return samples;
    }
}
