using KMeans.Coordination;
using KMeans.Input;
using KMeans.Kernels;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.CoreSets;

/// <summary>What an update takes from a model, and how a pass over new rows becomes one over all rows.</summary>
/// <param name="model">The model to be updated, with its state.</param>
/// <param name="options">The user's.</param>
internal sealed class StateUpdate(TrainedModel model, TrainingOptions options)
{
    /// <summary>Rows of the new ones that are looked at before the pass, and their values.</summary>
    private const int BatchRows = 2_048;
    private const int BatchValues = 1 << 20;

    /// <summary>Runs of neighbouring rows that they are drawn in: thousands of single ones would take longer than the pass.</summary>
    public const int BatchRuns = 16;

    private readonly CoreSet state = model.State!;

    /// <summary>Where the new rows' keys begin.</summary>
    public long FirstKey => state.NextKey;

    /// <summary>Whether rows decay, or did before.</summary>
    public bool IsDecayed => state.IsDecayed || options.HalfLifeTimeSize > 0;

    /// <summary>See <see cref="CoreSet.SearchedMsd"/>.</summary>
    public double SearchedMsd => state.SearchedMsd;

    /// <summary>The model's centers, row-major (k, d).</summary>
    public double[] Centers => model.Centers;

    /// <summary>The size of the random batch of new rows.</summary>
    public int BatchSize => Math.Clamp(BatchValues / state.FeatureCount, 1, BatchRows);

    /// <summary>n of all rows.</summary>
    /// <param name="newRows">Those of the update, known or estimated.</param>
    /// <returns>Known or estimated.</returns>
    public long AllRows(long newRows) => state.RowsSeen + newRows;

    /// <summary>Where the pass starts: at the state's running centers with the weights of all earlier rows, and at further ones where the batch has clusters that they do not know.</summary>
    /// <param name="batch">Of the new rows.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The start.</returns>
    public JobStart Start(RandomBatch batch, IAssignmentKernel kernel, ComputeThreads threads, CancellationToken cancellation)
    {
        var points = ColumnStatistics.Transform(batch, model.Transform, model.Fill, options.Missing, threads, cancellation);
        var initial = new InitialCenters
        {
            Transform = model.Transform,
            Fill = model.Fill,
            Centers = new NewClusters(points, kernel, threads).Add(SummaryState.Centers(state), state.SearchedMsd, options.Seed, cancellation),
            ClusterCounts = state.CenterWeights,
            Msd = state.SearchedMsd,
            ColumnVariances = ColumnStatistics.Variances(new RowBlock(state.Sample.Rows, state.Sample.Count, null), state.FeatureCount, threads, cancellation),
            RowCount = (int)Math.Min(int.MaxValue, state.RowsSeen),
        };
        return JobStart.Of(batch, initial);
    }

    /// <summary>By which rule new rows are kept: as if they had come with the earlier ones.</summary>
    /// <param name="newRows">Known or estimated.</param>
    /// <returns>The rule.</returns>
    public RetentionRule Retention(long newRows)
    {
        var limit = options.SummaryRows.For(AllRows(newRows), state.FeatureCount, options.ClusterCount);
        return new RetentionRule
        {
            SampleLimit = Math.Max(limit, state.Sample.Limit),
            DistanceFactor = state.DistanceFactor,
            ClusterTerms = [.. state.CenterTerms, state.OpenedTerm],
            CostSampleLimit = Math.Max(PassPlan.CostSampleLimit(AllRows(newRows)), state.CostSample.Limit),
            RowCount = AllRows(newRows),
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
        var (sample, costSample) = (earlier.Sample.Union(summary.Sample), earlier.CostSample.Union(summary.CostSample));
        var isWhole = sample.Threshold == SummaryState.KeepsAll && sample.Count == earlier.RowCount + summary.RowCount && !IsDecayed;
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
            Sample = sample,
            CostSample = costSample,
            Rows = isWhole ? [StatePoints.Rows(sample)] : [],
        };
    }
}
