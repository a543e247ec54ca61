using System.Text.Json.Nodes;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Service.Tuning;

public sealed class TuningJobsTests : IDisposable
{
    private readonly Folder folder = new();

    public TuningJobsTests()
    {
        folder.Write("data/rows.csv", string.Concat(Enumerable.Range(0, 600).Select(i => FormattableString.Invariant($"{(i % 6 * 10) + (i % 7 * 0.1)},{(i % 6 % 2 * 10) + (i % 5 * 0.1)}\n"))));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Create_OfAGrid_TriesAllAndNamesTheBest_AlsoAcrossARestart()
    {
        await using (var service = await Support.Service.StartAsync(folder, change: options => options with { Concurrency = 1 }))
        {
            await service.DoAsync("CreateHyperParameterTuningJob", Request("grid", "Grid", null));
            await service.EndAsync((await Children(service, "grid"))[0]["TrainingJobName"]!.GetValue<string>());
        }

        await using (var service = await Support.Service.StartAsync(folder))
        {
            var job = await EndAsync(service, "grid");
            var children = await Children(service, "grid");

            Assert.Equal("Completed", job["HyperParameterTuningJobStatus"]!.GetValue<string>());
            Assert.Equal(4, job["TrainingJobStatusCounters"]!["Completed"]!.GetValue<int>());
            Assert.Equal(4, job["ObjectiveStatusCounters"]!["Succeeded"]!.GetValue<int>());
            Assert.Equal(["2", "3", "4", "5"], children.Select(child => child["TunedHyperParameters"]!["k"]!.GetValue<string>()));
            Assert.Equal("5", job["BestTrainingJob"]!["TunedHyperParameters"]!["k"]!.GetValue<string>());
            var sorted = await service.DoAsync("ListTrainingJobsForHyperParameterTuningJob", new JsonObject { ["HyperParameterTuningJobName"] = "grid", ["SortBy"] = "FinalObjectiveMetricValue", ["SortOrder"] = "Ascending", ["MaxResults"] = 3 });
            Assert.Equal(["5", "4", "3"], sorted["TrainingJobSummaries"]!.AsArray().Select(child => child!["TunedHyperParameters"]!["k"]!.GetValue<string>()));
            var child = await service.DoAsync("DescribeTrainingJob", new JsonObject { ["TrainingJobName"] = children[0]["TrainingJobName"]!.GetValue<string>() });
            Assert.Equal("test:msd", child["HyperParameters"]!["_tuning_objective_metric"]!.GetValue<string>());
            Assert.Equal(job["HyperParameterTuningJobArn"]!.GetValue<string>(), child["TuningJobArn"]!.GetValue<string>());
            var listed = await service.DoAsync("ListHyperParameterTuningJobs", new JsonObject { ["StatusEquals"] = "Completed" });
            Assert.Equal("Grid", listed["HyperParameterTuningJobSummaries"]![0]!["Strategy"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task Stop_OfATuning_StopsItsJobsAndBeginsNoMore()
    {
        await using var service = await Support.Service.StartAsync(folder, change: options => options with { Concurrency = 1 });
        await service.DoAsync("CreateHyperParameterTuningJob", Request("random", "Random", 500, least: 1, most: 590));

        await service.DoAsync("StopHyperParameterTuningJob", new JsonObject { ["HyperParameterTuningJobName"] = "random" });
        var job = await EndAsync(service, "random");

        Assert.Equal("Stopped", job["HyperParameterTuningJobStatus"]!.GetValue<string>());
        Assert.InRange((await Children(service, "random")).Count, 0, 99);
    }

    [Theory]
    [InlineData("Bayesian", 5, 2, 5, "enum value set")]
    [InlineData("Random", null, 2, 5, "maxNumberOfTrainingJobs")]
    [InlineData("Random", 5, 0, 5, "AlgorithmError")]
    [InlineData("Grid", 3, 2, 5, "4 combinations")]
    public async Task Create_OfAWrongTuning_SaysWhy(string strategy, int? count, int least, int most, string expected)
    {
        await using var service = await Support.Service.StartAsync(folder);

        var answer = await service.CallAsync("CreateHyperParameterTuningJob", Request("wrong", strategy, count, least, most));

        Assert.Equal(("ValidationException", true), (answer.Error, answer.Message.Contains(expected, StringComparison.Ordinal)));
    }

    private static Task<JsonObject> EndAsync(Support.Service service, string name) =>
        service.EndAsync(name, "DescribeHyperParameterTuningJob", "HyperParameterTuningJobName", "HyperParameterTuningJobStatus");

    private static async Task<List<JsonObject>> Children(Support.Service service, string name)
    {
        while (true)
        {
            var page = await service.DoAsync("ListTrainingJobsForHyperParameterTuningJob", new JsonObject { ["HyperParameterTuningJobName"] = name, ["MaxResults"] = 100 });
            var children = page["TrainingJobSummaries"]!.AsArray().Select(child => child!.AsObject()).ToList();
            if (children.Count > 0 || name == "random")
            {
                return children;
            }
        }
    }

    private JsonObject Request(string name, string strategy, int? count, int least = 2, int most = 5)
    {
        var definition = Support.Service.Training(folder, "none");
        definition.Remove("TrainingJobName");
        definition.Remove("HyperParameters");
        definition["StaticHyperParameters"] = new JsonObject { ["feature_dim"] = "2" };
        definition["InputDataConfig"]!.AsArray().Add(Support.Service.Channel("test", $"file://{folder["data/rows.csv"]}"));
        var limits = new JsonObject { ["MaxParallelTrainingJobs"] = 2 };
        if (count is { } number)
        {
            limits["MaxNumberOfTrainingJobs"] = number;
        }

        return new JsonObject
        {
            ["HyperParameterTuningJobName"] = name,
            ["HyperParameterTuningJobConfig"] = new JsonObject
            {
                ["Strategy"] = strategy,
                ["HyperParameterTuningJobObjective"] = new JsonObject { ["Type"] = "Minimize", ["MetricName"] = "test:msd" },
                ["ResourceLimits"] = limits,
                ["ParameterRanges"] = new JsonObject { ["IntegerParameterRanges"] = new JsonArray(new JsonObject { ["Name"] = "k", ["MinValue"] = $"{least}", ["MaxValue"] = $"{most}" }) },
            },
            ["TrainingJobDefinition"] = definition,
        };
    }
}
