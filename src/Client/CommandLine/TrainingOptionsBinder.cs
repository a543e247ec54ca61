using System.CommandLine;
using KMeans.Input;
using KMeans.SageMaker;
using KMeans.Training;

namespace KMeans.Client.CommandLine;

/// <summary>The options of the algorithm, by the reference product's names with dashes for underscores.</summary>
internal sealed class TrainingOptionsBinder
{
    private static readonly (string, InitMethod?)[] InitMethods = [("auto", null), ("random", InitMethod.Random), ("kmeans++", InitMethod.KMeansPlusPlus)];

    private readonly Option<long?> seed = OptionKinds.Whole("--seed", "What every random decision is drawn from; 1 by default", 0, long.MaxValue);
    private readonly Option<ColumnScaling> scale = OptionKinds.Choice(
        "--scale", "What columns are divided by: nothing, the standard deviation, the distance of the quartiles", ("none", ColumnScaling.None), ("standard", ColumnScaling.Standard), ("robust", ColumnScaling.Robust));
    private readonly Option<MissingPolicy> missing = OptionKinds.Choice(
        "--missing", "A row with a missing value is an error, is left out, or gets the column's mean", ("error", MissingPolicy.Error), ("skip", MissingPolicy.Skip), ("mean", MissingPolicy.Mean));
    private readonly Option<long?> epochs = OptionKinds.Whole("--epochs", "Passes over the data", 1, auto: true);
    private readonly Option<long?> miniBatchSize = OptionKinds.Whole("--mini-batch-size", "Rows between two updates of the running centers", 1, auto: true);
    private readonly Option<long?> extraCenterFactor = OptionKinds.Whole("--extra-center-factor", "Running centers a cluster", 1, auto: true);
    private readonly Option<InitMethod?> initMethod = OptionKinds.Choice("--init-method", "How the running centers are chosen", InitMethods);
    private readonly Option<long?> halfLife = OptionKinds.Whole("--half-life-time-size", "After so many rows a row's weight has fallen to one half; 0 and auto are never", 0, long.MaxValue, auto: true);
    private readonly Option<InitMethod?> lloydInit = OptionKinds.Choice("--local-lloyd-init-method", "How the final reduction chooses its centers", InitMethods);
    private readonly Option<long?> lloydIterations = OptionKinds.Whole("--local-lloyd-max-iter", "The final reduction's most iterations", 1, auto: true);
    private readonly Option<long?> lloydTrials = OptionKinds.Whole("--local-lloyd-num-trials", "The final reduction's trials, of which the best counts", 1, auto: true);
    private readonly Option<double?> lloydTolerance = OptionKinds.Real("--local-lloyd-tol", "The reduction ends when an iteration gains less than this share", 0, 1, auto: true);
    private readonly Option<long?> shards = OptionKinds.Whole("--shards", "Instances in this process; 1 by default. Never changes the result", 1, 1024);
    private readonly Option<long?> threads = CommonOptions.Threads();
    private readonly Option<long?> rowBudget = OptionKinds.Whole("--row-budget", "Up to so many values (rows x columns) are kept in memory for the finish; 67,108,864 by default", 0, long.MaxValue);
    private readonly Option<SummaryRows> summaryRows = OptionKinds.Number(
        "--summary-rows", "N|P%|auto", "How many rows the summary of a longer input keeps", false, "a count such as 20000, a share such as 5%, or auto", ReadSummaryRows);
    private readonly Option<long?> memoryLimit = OptionKinds.Size("--memory-limit", "What the training may take of memory. Never changes the result");
    private readonly Option<bool> exactScore = OptionKinds.Flag("--exact-score", "Reads a longer input a second time for its exact cost");
    private readonly BackendOptions backend = new("What computes. Never changes the result");

    private readonly Option<bool> strictDefaults = OptionKinds.Flag("--strict-defaults", "Takes the reference product's default for every option that is auto, instead of what measures best");

    private readonly Option<string?> checkpoint = OptionKinds.Text("--checkpoint", "DIR", "Keeps the training's state in this folder; the same command goes on from there if it was stopped");
    private readonly Option<TimeSpan?> maxRuntime = OptionKinds.Time("--max-runtime", "Stops after so long; a checkpoint is kept");
    private readonly Option<long?> chaos = OptionKinds.Whole("--chaos", "Has instances, answers and checkpoint writes fail at random, drawn from this seed: the result stays the same", 0, long.MaxValue);

    /// <summary>k.</summary>
    public Option<long?> ClusterCount { get; } = OptionKinds.Whole("--k", "Clusters", 1, required: true);

    /// <summary>The other options, in the order of the help.</summary>
    public IEnumerable<Option> Others =>
    [
        scale, missing, seed, exactScore, threads, shards, .. backend.All, checkpoint, maxRuntime, chaos, rowBudget, summaryRows, memoryLimit, epochs, miniBatchSize, extraCenterFactor, initMethod, halfLife,
        lloydInit, lloydIterations, lloydTrials, lloydTolerance, strictDefaults,
    ];

    /// <summary>Gives the options their values.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <returns>What to train.</returns>
    public TrainingOptions Bind(ParseResult parsed)
    {
        var options = new TrainingOptions
        {
            ClusterCount = (int)parsed.GetRequiredValue(ClusterCount)!.Value,
            Seed = parsed.Read(seed) ?? 1,
            Scaling = parsed.Read(scale),
            Missing = parsed.Read(missing),
            Epochs = (int?)parsed.Read(epochs),
            MiniBatchSize = (int?)parsed.Read(miniBatchSize),
            ExtraCenterFactor = (int?)parsed.Read(extraCenterFactor),
            InitMethod = parsed.Read(initMethod),
            HalfLifeTimeSize = parsed.Read(halfLife) ?? 0,
            LocalLloydInitMethod = parsed.Read(lloydInit),
            LocalLloydMaxIterations = (int?)parsed.Read(lloydIterations),
            LocalLloydTrials = (int?)parsed.Read(lloydTrials),
            LocalLloydTolerance = parsed.Read(lloydTolerance),
            Shards = (int)(parsed.Read(shards) ?? 1),
            Threads = (int?)parsed.Read(threads),
            SummaryRows = parsed.Read(summaryRows) ?? SummaryRows.Auto,
            MemoryLimitBytes = parsed.Read(memoryLimit),
            ExactScore = parsed.Read(exactScore),
            Backend = backend.Read(parsed),
            Checkpoint = parsed.Read(checkpoint),
            MaxRuntime = parsed.Read(maxRuntime),
            Chaos = parsed.Read(chaos),
        };
        options = parsed.Read(strictDefaults) ? ReferenceDefaults.Apply(options) : options;
        return parsed.Read(rowBudget) is { } budget ? options with { RowBudget = budget } : options;
    }

    private static (bool Allowed, SummaryRows Value) ReadSummaryRows(string text)
    {
        try
        {
            return (true, SummaryRows.Parse(text));
        }
        catch (InputException)
        {
            return (false, SummaryRows.Auto);
        }
    }
}
