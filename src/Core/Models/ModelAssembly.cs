using System.Globalization;
using KMeans.Coordination;
using KMeans.Input;
using KMeans.Training;

namespace KMeans.Models;

/// <summary>Makes the model of a finished training.</summary>
internal static class ModelAssembly
{
    /// <summary>Makes it: clusters in the order of falling weight, so that cluster 0 is the largest.</summary>
    /// <param name="input">For the columns.</param>
    /// <param name="options">As the user gave them.</param>
    /// <param name="initial">For the transform.</param>
    /// <param name="running">The running centers after the last pass.</param>
    /// <param name="summary">Of the last pass.</param>
    /// <param name="finish">The final centers and their cost.</param>
    /// <param name="epochs">Passes made.</param>
    /// <returns>The model.</returns>
    public static TrainedModel Make(
        InputSet input, TrainingOptions options, InitialCenters initial, RunningCenters running, PartitionSummary summary, Finish finish, int epochs)
    {
        var d = input.FeatureCount;
        var order = Enumerable.Range(0, options.ClusterCount).OrderByDescending(j => finish.ClusterWeights[j]).ThenBy(j => j).ToArray();
        var centers = new double[options.ClusterCount * d];
        for (var j = 0; j < order.Length; j++)
        {
            finish.Centers.AsSpan(order[j] * d, d).CopyTo(centers.AsSpan(j * d));
        }

        return new TrainedModel
        {
            ClusterCount = options.ClusterCount,
            Columns = input.Columns,
            ColumnsAreNamed = input.ColumnsAreNamed,
            Transform = initial.Transform,
            Fill = initial.Fill,
            Centers = centers,
            ClusterWeights = order.Select(j => finish.ClusterWeights[j]).ToArray(),
            Cost = finish.Cost,
            Rows = summary.RowCount,
            Seed = options.Seed,
            Parameters = Parameters(options),
            Distance = input.Distance,
            OutlierDistances = order.Select(j => finish.OutlierDistances[j]).ToArray(),
            Recipe = input.Recipe,
            State = State(d, running, summary, epochs),
        };
    }

    private static CoreSet State(int d, RunningCenters running, PartitionSummary summary, int epochs) => new()
    {
        FeatureCount = d,
        CenterIds = running.Ids.ToArray().SelectMany(id => new[] { id.Partition, id.Row }).ToArray(),
        CenterWeights = running.Weights.ToArray(),
        CenterSquaredErrors = running.SquaredErrors.ToArray(),
        CenterMeans = running.Means.ToArray(),
        SampleRows = summary.Sample.Rows().ToArray(),
        SampleWeights = Enumerable.Range(0, summary.Sample.Count).Select(summary.Sample.ExpandedWeight).ToArray(),
        CostRows = summary.CostSample.Rows().ToArray(),
        CostWeights = Enumerable.Range(0, summary.CostSample.Count).Select(summary.CostSample.Weight).ToArray(),
        RowsSeen = summary.RowCount * epochs,
    };

    private static SortedDictionary<string, string> Parameters(TrainingOptions options)
    {
        static string Text(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "auto";
        static string Method(InitMethod? method) => method switch { null => "auto", InitMethod.Random => "random", _ => "kmeans++" };
        return new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["epochs"] = Text(options.Epochs),
            ["mini_batch_size"] = Text(options.MiniBatchSize),
            ["extra_center_factor"] = Text(options.ExtraCenterFactor),
            ["init_method"] = Method(options.InitMethod),
            ["half_life_time_size"] = Text(options.HalfLifeTimeSize),
            ["local_lloyd_init_method"] = Method(options.LocalLloydInitMethod),
            ["local_lloyd_max_iter"] = Text(options.LocalLloydMaxIterations),
            ["local_lloyd_num_trials"] = Text(options.LocalLloydTrials),
            ["local_lloyd_tol"] = Text(options.LocalLloydTolerance),
            ["scale"] = options.Scaling.ToString().ToLowerInvariant(),
            ["missing"] = options.Missing.ToString().ToLowerInvariant(),
            ["row_budget"] = Text(options.RowBudget),
            ["summary_rows"] = options.SummaryRows.ToString(),
        };
    }
}
