using KMeans.Coordination;
using KMeans.Kernels;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.CoreSets;

/// <summary>From a summary of all rows to the state that a model keeps, and back.</summary>
internal static class SummaryState
{
    /// <summary>Of <see cref="KeptRows.Threshold"/>: every row was kept.</summary>
    public const double KeepsAll = double.MaxValue;

    /// <summary>Opened centers that a state keeps beside k at least: as many as a pass may open.</summary>
    private const int LeastSpareCenters = 64;

    /// <summary>The most running centers of a state: k and a quarter. Beyond, the cheapest are merged, so that updates do not become dearer with their number.</summary>
    /// <param name="clusterCount">k.</param>
    /// <returns>More than k.</returns>
    public static int MostCenters(int clusterCount) => clusterCount + Math.Max(LeastSpareCenters, clusterCount / 4);

    /// <summary>Makes a state.</summary>
    /// <param name="summary">Of all rows; its samples are sealed.</param>
    /// <param name="rule">By which the rows were kept.</param>
    /// <param name="origin">What the summary alone does not know.</param>
    /// <returns>The state. O((K + m) d), and O(K^2 d) where there are too many centers.</returns>
    public static CoreSet Make(PartitionSummary summary, RetentionRule rule, StateOrigin origin)
    {
        var scale = rule.Scale;
        var cells = summary.Centers.Copy();
        var terms = Enumerable.Range(0, cells.Count).Select(j => rule.ClusterTerms[Math.Min(j, rule.ClusterTerms.Length - 1)] * scale).ToArray();
        var map = StateCenters.Bound(cells, ref terms, MostCenters(origin.ClusterCount), origin.ClusterCount, summary.OpeningCost);
        return new CoreSet
        {
            FeatureCount = cells.FeatureCount,
            RowsSeen = summary.RowCount,
            NextKey = origin.NextKey,
            TotalWeight = summary.TotalWeight,
            IsDecayed = origin.IsDecayed,
            SearchedMsd = origin.SearchedMsd,
            DistanceFactor = rule.DistanceFactor * scale,
            OpenedTerm = rule.ClusterTerms[^1] * scale,
            CenterTerms = terms,
            CenterWeights = cells.Weights.ToArray(),
            CenterSquaredErrors = cells.SquaredErrors.ToArray(),
            CenterMeans = cells.Means.ToArray(),
            Sample = Keep(summary.Sample, rule.SampleLimit, map, scale),
            CostSample = Keep(summary.CostSample, rule.CostSampleLimit, map, 1),
        };
    }

    /// <summary>The same state with other running centers, of which the exact statistics of all rows are known.</summary>
    /// <param name="state">The state.</param>
    /// <param name="cells">The statistics.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="unit">Where centers have length 1; else null.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Kept rows go to the nearest mean, or to that of the nearest direction, as all rows did. O(m K d).</returns>
    public static CoreSet Recentered(CoreSet state, RunningCenters cells, IAssignmentKernel kernel, ComputeThreads threads, UnitCenters? unit, CancellationToken cancellation)
    {
        var (k, means) = (cells.Count, cells.Means.ToArray());
        var nearest = unit is null ? means : unit.Directions(means);
        return state with
        {
            CenterTerms = cells.Weights.ToArray().Select(weight => 0.5 * state.TotalWeight / (k * Math.Max(weight, state.TotalWeight / state.RowsSeen))).ToArray(),
            CenterWeights = cells.Weights.ToArray(),
            CenterSquaredErrors = cells.SquaredErrors.ToArray(),
            CenterMeans = means,
            SearchedMsd = cells.TotalSquaredError() / state.TotalWeight,
            Sample = state.Sample with { Labels = Labels(state.Sample) },
            CostSample = state.CostSample with { Labels = Labels(state.CostSample) },
        };

        int[] Labels(KeptRows rows) => PointAssignment.Run(rows.Rows, nearest, state.FeatureCount, kernel, threads, cancellation).Labels;
    }

    /// <summary>The summary that a state was made of, as far as anything looks at it.</summary>
    /// <param name="state">The state.</param>
    /// <param name="sampleLimit">The most rows of the sample from now on.</param>
    /// <param name="costSampleLimit">The most rows of the uniform sample from now on.</param>
    /// <returns>Its samples are sealed, over the state's own memory.</returns>
    public static PartitionSummary Restore(CoreSet state, int sampleLimit, int costSampleLimit) => new()
    {
        First = 0,
        End = 1,
        Centers = Centers(state),
        RowCount = state.RowsSeen,
        SkippedRows = 0,
        TotalWeight = state.TotalWeight,
        PassSquaredDistances = 0,
        OpeningCost = double.PositiveInfinity,
        NearTies = 0,
        Sample = Restore(state.Sample, state.FeatureCount, sampleLimit),
        CostSample = Restore(state.CostSample, state.FeatureCount, costSampleLimit),
    };

    /// <summary>The summary that a state was made of.</summary>
    /// <param name="state">The state.</param>
    /// <returns>Sealed, with the state's own limits.</returns>
    public static PartitionSummary Restore(CoreSet state) => Restore(state, state.Sample.Limit, state.CostSample.Limit);

    /// <summary>A state's running centers.</summary>
    /// <param name="state">The state.</param>
    /// <returns>K of them, with new ids in their order.</returns>
    public static RunningCenters Centers(CoreSet state)
    {
        var centers = new RunningCenters(state.CenterCount, state.FeatureCount);
        for (var j = 0; j < state.CenterCount; j++)
        {
            centers.Add(new CenterId(-1, j), state.CenterWeights[j], state.CenterMeans.AsSpan(j * state.FeatureCount, state.FeatureCount), state.CenterSquaredErrors[j]);
        }

        return centers;
    }

    private static RowSample Restore(KeptRows rows, int d, int limit) => RowSample.Of(rows, d, Math.Max(limit, rows.Limit));

    private static KeptRows Keep(RowSample sample, int limit, int[] map, double scale)
    {
        var details = Enumerable.Range(0, sample.Count).Select(sample.Details).ToArray();
        return new KeptRows
        {
            Limit = limit,
            Threshold = sample.Threshold == KeepsAll ? KeepsAll : sample.Threshold / scale,
            Keys = Array.ConvertAll(details, each => each.Key),
            Priorities = Array.ConvertAll(details, each => each.Priority / scale),
            Sensitivities = Array.ConvertAll(details, each => each.Sensitivity * scale),
            Weights = Array.ConvertAll(details, each => each.Weight),
            Labels = Array.ConvertAll(details, each => map[each.Label]),
            Rows = sample.RowArray(),
        };
    }
}

/// <summary>What a state says beside its summary.</summary>
/// <param name="ClusterCount">k.</param>
/// <param name="NextKey">See <see cref="CoreSet.NextKey"/>.</param>
/// <param name="IsDecayed">See <see cref="CoreSet.IsDecayed"/>.</param>
/// <param name="SearchedMsd">See <see cref="CoreSet.SearchedMsd"/>.</param>
internal readonly record struct StateOrigin(int ClusterCount, long NextKey, bool IsDecayed, double SearchedMsd);
