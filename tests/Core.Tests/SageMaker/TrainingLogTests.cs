using System.Text.Json;
using KMeans.SageMaker;
using KMeans.Training;

namespace KMeans.Tests.SageMaker;

public sealed class TrainingLogTests : IDisposable
{
    private readonly StringWriter writer = new();

    public void Dispose() => writer.Dispose();

    [Fact]
    public void Lines_OfEveryMetric_AreFoundByTheReferencesExpressions()
    {
        var log = Log();
        log.Progress(100);
        log.Throughput(58678.68);
        log.TrainMsd(0.0657843798399);
        log.Test(EvaluationMetric.Msd, new Score(8, 0, 8, 1.25e-6, []));
        log.Test(EvaluationMetric.Ssd, new Score(8, 0, 8, 1.25e-6, []));

        var found = MetricDefinition.All.ToDictionary(definition => definition.Name, definition => definition.Find(writer.ToString()));
        Assert.Equal(100, found["train:progress"]);
        Assert.Equal(58678.68, found["train:throughput"]);
        Assert.Equal(0.0657843798399, found["train:msd"]);
        Assert.Equal(1.25e-6 / 8, found["test:msd"]);
        Assert.Equal(1.25e-6, found["test:ssd"]);
    }

    /// <summary>Lines of the reference's own logs.</summary>
    [Fact]
    public void Find_InTheReferencesLog_GivesTheLastNumber()
    {
        const string text = """
            [04/02/2019 18:29:40 INFO 140296386561856] #progress_metric: host=algo-1, completed 50 % of epochs
            [04/02/2019 18:29:41 INFO 140296386561856] #progress_metric: host=algo-1, completed 100 % of epochs
            [04/02/2019 18:29:41 INFO 140296386561856] #quality_metric: host=algo-1, train msd <loss>=0.0657843798399
            """;
        Assert.Equal(100, MetricDefinition.All[0].Find(text));
        Assert.Equal(0.0657843798399, MetricDefinition.All[2].Find(text));
        Assert.Null(MetricDefinition.All[3].Find(text));
    }

    [Fact]
    public void Progress_BeginsWithTimeAndLevel()
    {
        Log().Progress(7);
        Assert.Matches(@"^\[\d\d/\d\d/\d{4} \d\d:\d\d:\d\d INFO\] #progress_metric: host=algo-1, completed 7 % of epochs\r?\n$", writer.ToString());
    }

    [Fact]
    public void Metrics_IsOneLineOfTheReferencesJson()
    {
        var report = Trainer.Train(new float[] { 0, 0, 1, 1, 9, 9 }, 2, new TrainingOptions { ClusterCount = 2 }).Report;
        Log().Metrics(report);

        var line = writer.ToString().TrimEnd();
        Assert.StartsWith("#metrics {", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
        using var json = JsonDocument.Parse(line["#metrics ".Length..]);
        Assert.Equal("AWS/KMeansWebscale", json.RootElement.GetProperty("Dimensions").GetProperty("Algorithm").GetString());
        var shrink = json.RootElement.GetProperty("Metrics").GetProperty("_shrink.time");
        Assert.Equal((report.Seconds.Reduce * 1e3, 1), (shrink.GetProperty("sum").GetDouble(), shrink.GetProperty("count").GetInt32()));
        Assert.True(json.RootElement.GetProperty("StartTime").GetDouble() <= json.RootElement.GetProperty("EndTime").GetDouble());
    }

    private TrainingLog Log() => new(writer, "algo-1", TimeProvider.System);
}
