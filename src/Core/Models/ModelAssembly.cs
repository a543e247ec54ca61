using System.Globalization;
using KMeans.Coordination;
using KMeans.CoreSets;
using KMeans.Curves;
using KMeans.Input;
using KMeans.Kernels;
using KMeans.Training;

namespace KMeans.Models;

/// <summary>Makes the model of a finished training.</summary>
internal static class ModelAssembly
{
    /// <summary>Makes it: clusters in the order of falling weight, so that cluster 0 is the largest.</summary>
    /// <param name="input">For the columns.</param>
    /// <param name="options">As the user gave them.</param>
    /// <param name="initial">For the transform.</param>
    /// <param name="summary">Of all rows.</param>
    /// <param name="finish">The final centers and their cost.</param>
    /// <param name="state">To go on from.</param>
    /// <returns>The model.</returns>
    public static TrainedModel Make(
        InputSet input, TrainingOptions options, InitialCenters initial, PartitionSummary summary, Finish finish, CoreSet state)
    {
        var order = ByWeight(finish.ClusterWeights);
        return new TrainedModel
        {
            ClusterCount = options.ClusterCount,
            Columns = input.Columns,
            ColumnsAreNamed = input.ColumnsAreNamed,
            Transform = initial.Transform,
            Fill = initial.Fill,
            Centers = Ordered(finish.Centers, order, input.FeatureCount),
            ClusterWeights = order.Select(j => finish.ClusterWeights[j]).ToArray(),
            Cost = finish.Cost,
            Rows = summary.RowCount,
            Seed = options.Seed,
            Parameters = Parameters(options),
            Distance = input.Distance,
            OutlierDistances = order.Select(j => finish.OutlierDistances[j]).ToArray(),
            Recipe = input.Recipe,
            State = state,
        };
    }

    /// <summary>Makes the model of another k from a model's state.</summary>
    /// <param name="model">Whose columns, transform, parameters and state it has.</param>
    /// <param name="point">Its centers and their cost.</param>
    /// <returns>The model. O(m k d) for the limits of its outliers.</returns>
    public static TrainedModel Make(TrainedModel model, CurvePoint point)
    {
        var order = ByWeight(point.ClusterWeights);
        var centers = Ordered(point.Centers, order, model.FeatureCount);
        using var threads = new ComputeThreads(Environment.ProcessorCount);
        var outliers = OutlierThresholds.Of(SummaryState.Restore(model.State!), centers, AssignmentKernels.Best, threads, CancellationToken.None);
        return model.Derive(centers, [.. order.Select(j => point.ClusterWeights[j])], point.Cost, model.Rows, model.State, outliers);
    }

    private static int[] ByWeight(double[] weights) => [.. Enumerable.Range(0, weights.Length).OrderByDescending(j => weights[j]).ThenBy(j => j)];

    private static double[] Ordered(double[] centers, int[] order, int d)
    {
        var ordered = new double[order.Length * d];
        for (var j = 0; j < order.Length; j++)
        {
            centers.AsSpan(order[j] * d, d).CopyTo(ordered.AsSpan(j * d));
        }

        return ordered;
    }

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
