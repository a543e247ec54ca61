using KMeans.Input;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.CoreSets;

/// <summary>Merges states of different rows into that of all of them.</summary>
/// <remarks>
/// Statistics add up exactly, and a priority sample of a union is the union of the samples, cut to the least threshold: in whatever order states are merged the same rows are kept, and the
/// rows, weights and squared errors are the same but for rounding. Only where there are more running centers than a state may have does it matter which were merged before.
/// </remarks>
internal static class StateMerge
{
    /// <summary>Merges them.</summary>
    /// <param name="models">Two or more with states, of the same columns and factors.</param>
    /// <param name="clusterCount">k: bounds the running centers.</param>
    /// <returns>The state, in the space of the first model.</returns>
    public static CoreSet Run(IReadOnlyList<TrainedModel> models, int clusterCount)
    {
        var first = models[0];
        var d = first.FeatureCount;
        var rows = models.Sum(model => model.State!.RowsSeen);
        var weight = models.Sum(model => model.State!.TotalWeight);
        var limit = Math.Max(SummaryRows.Auto.For(rows, d, clusterCount), models.Max(model => model.State!.Sample.Limit));
        var costLimit = Math.Max(PassPlan.CostSampleLimit(rows), models.Max(model => model.State!.CostSample.Limit));
        var summary = SummaryState.Restore(first.State!, limit, costLimit);
        var (sample, costSample) = (summary.Sample, summary.CostSample);
        double[] terms = [.. first.State!.CenterTerms];
        var nextKey = first.State.NextKey;
        foreach (var model in models.Skip(1))
        {
            var state = Moved(model, first.Transform, nextKey, summary.Centers.Count);
            var other = SummaryState.Restore(state, limit, costLimit);
            for (var j = 0; j < other.Centers.Count; j++)
            {
                summary.Centers.Add(new CenterId(-1, summary.Centers.Count), other.Centers.Weights[j], other.Centers.Mean(j), other.Centers.SquaredErrors[j]);
            }

            (sample, costSample) = (sample.Union(other.Sample), costSample.Union(other.CostSample));
            terms = [.. terms, .. state.CenterTerms];
            nextKey = state.NextKey;
        }

        (summary.Sample, summary.CostSample) = (sample, costSample);
        (summary.RowCount, summary.TotalWeight) = (rows, weight);
        var searched = models.Sum(model => model.State!.SearchedMsd * (model.State.TotalWeight / weight));
        var rule = new RetentionRule
        {
            SampleLimit = limit,
            DistanceFactor = searched > 0 ? 0.5 / searched : 0,
            ClusterTerms = [.. terms, models.Max(model => model.State!.OpenedTerm)],
            CostSampleLimit = costLimit,
            RowCount = rows,
            Scale = 1,
        };

        // Room for the running centers of two, so that the order of merging matters less.
        return SummaryState.Make(summary, rule, new StateOrigin(2 * clusterCount, nextKey, models.Any(model => model.State!.IsDecayed), searched));
    }

    /// <summary>A state in the space of another transform of the same factors, with keys and labels behind those of others.</summary>
    private static CoreSet Moved(TrainedModel model, ColumnTransform to, long firstKey, int firstLabel)
    {
        var state = model.State!;
        var offsets = Offsets(model.Transform, to);
        return state with
        {
            NextKey = firstKey + state.NextKey,
            CenterMeans = Moved(state.CenterMeans, offsets),
            Sample = Moved(state.Sample, offsets, firstKey, firstLabel),
            CostSample = Moved(state.CostSample, offsets, firstKey, firstLabel),
        };
    }

    /// <summary>Centers in the space of another transform of the same factors.</summary>
    /// <param name="model">The model.</param>
    /// <param name="to">The other transform.</param>
    /// <returns>Row-major (k, d).</returns>
    public static double[] MovedCenters(TrainedModel model, ColumnTransform to) => Moved(model.Centers, Offsets(model.Transform, to));

    private static double[] Offsets(ColumnTransform from, ColumnTransform to) =>
        [.. from.Shifts.Select((shift, f) => (shift - to.Shifts[f]) * from.Factors[f])];

    private static double[] Moved(double[] values, double[] offsets)
    {
        var moved = new double[values.Length];
        for (var i = 0; i < moved.Length; i++)
        {
            moved[i] = values[i] + offsets[i % offsets.Length];
        }

        return moved;
    }

    private static KeptRows Moved(KeptRows rows, double[] offsets, long firstKey, int firstLabel)
    {
        var values = new float[rows.Rows.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(rows.Rows[i] + offsets[i % offsets.Length]);
        }

        // RowSample restores labels as they are; they index the merged centers.
        return rows with { Keys = Array.ConvertAll(rows.Keys, key => firstKey + key), Labels = Array.ConvertAll(rows.Labels, label => firstLabel + label), Rows = values };
    }
}
