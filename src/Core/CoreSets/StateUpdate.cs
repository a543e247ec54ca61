using KMeans.Coordination;
using KMeans.Input;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.CoreSets;

/// <summary>What an update takes from a model instead of a random batch, and how a pass over new rows becomes one over all rows.</summary>
/// <param name="model">The model to be updated, with its state.</param>
/// <param name="input">The new rows.</param>
/// <param name="options">The user's.</param>
internal sealed class StateUpdate(TrainedModel model, InputSet input, TrainingOptions options)
{
    /// <summary>Bytes of text a value, where only reading would tell how many rows there are.</summary>
    private const long BytesPerValue = 4;

    private readonly CoreSet state = model.State!;

    /// <summary>n of the new rows, known or estimated.</summary>
    public long NewRows { get; } = input.RowCount ?? Math.Max(1, input.TotalBytes / (BytesPerValue * input.FeatureCount));

    /// <summary>n of all rows, known or estimated.</summary>
    public long AllRows => state.RowsSeen + NewRows;

    /// <summary>Where the new rows' keys begin.</summary>
    public long FirstKey => state.NextKey;

    /// <summary>Whether rows decay, or did before.</summary>
    public bool IsDecayed => state.IsDecayed || options.HalfLifeTimeSize > 0;

    /// <summary>See <see cref="CoreSet.SearchedMsd"/>.</summary>
    public double SearchedMsd => state.SearchedMsd;

    /// <summary>The model's centers, row-major (k, d).</summary>
    public double[] Centers => model.Centers;

    /// <summary>What a training's random batch would decide: here the state has.</summary>
    /// <returns>The start of a pass that begins with the weights of all earlier rows.</returns>
    public JobStart Start()
    {
        var rows = new RowBlock(state.Sample.Rows, state.Sample.Count, null);
        var initial = new InitialCenters
        {
            Transform = model.Transform,
            Fill = model.Fill,
            Centers = SummaryState.Centers(state),
            ClusterCounts = state.CenterWeights,
            Msd = state.SearchedMsd,
            ColumnVariances = ColumnStatistics.Variances(rows, state.FeatureCount),
            RowCount = (int)Math.Min(int.MaxValue, state.RowsSeen),
        };
        return new JobStart(initial, 0, 0, NewRows, null);
    }

    /// <summary>By which rule new rows are kept: as if they had come with the earlier ones.</summary>
    /// <returns>The rule.</returns>
    public RetentionRule Retention()
    {
        var limit = options.SummaryRows.For(AllRows, state.FeatureCount, options.ClusterCount);
        return new RetentionRule
        {
            SampleLimit = Math.Max(limit, state.Sample.Limit),
            DistanceFactor = state.DistanceFactor,
            ClusterTerms = [.. state.CenterTerms, state.OpenedTerm],
            CostSampleLimit = Math.Max(PassPlan.CostSampleLimit(AllRows), state.CostSample.Limit),
            RowCount = AllRows,
            Scale = 1,
            SampleThreshold = state.Sample.Threshold,
            CostThreshold = state.CostSample.Threshold,
        };
    }

    /// <summary>Takes the earlier rows into a pass over the new ones.</summary>
    /// <param name="summary">Of the new rows; its samples need not be sealed.</param>
    /// <param name="running">The statistics of all rows, earlier ones decayed, in the summary's order.</param>
    /// <param name="rule">From <see cref="Retention"/>.</param>
    /// <returns>The summary of all rows, sealed.</returns>
    public PartitionSummary Combine(PartitionSummary summary, RunningCenters running, RetentionRule rule)
    {
        var earlier = SummaryState.Restore(state, rule.SampleLimit, rule.CostSampleLimit);
        earlier.Sample.Merge(summary.Sample);
        earlier.CostSample.Merge(summary.CostSample);
        earlier.Sample.Seal();
        earlier.CostSample.Seal();
        var isWhole = earlier.Sample.Threshold == SummaryState.KeepsAll && earlier.Sample.Count == earlier.RowCount + summary.RowCount && !IsDecayed;
        return new PartitionSummary
        {
            First = summary.First,
            End = summary.End,
            Centers = running.Copy(),
            RowCount = earlier.RowCount + summary.RowCount,
            SkippedRows = summary.SkippedRows,
            TotalWeight = earlier.TotalWeight + summary.TotalWeight,
            PassSquaredDistances = summary.PassSquaredDistances,
            OpeningCost = summary.OpeningCost,
            NearTies = summary.NearTies,
            Sample = earlier.Sample,
            CostSample = earlier.CostSample,
            Rows = isWhole ? [StatePoints.Rows(earlier.Sample)] : [],
        };
    }
}
