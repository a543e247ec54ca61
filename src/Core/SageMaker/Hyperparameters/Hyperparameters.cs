using KMeans.Training;

namespace KMeans.SageMaker;

/// <summary>A job's hyperparameters by the reference product's names, checked and put in our terms.</summary>
public sealed record Hyperparameters
{
    /// <summary>What to train.</summary>
    /// <value>Required. What was not given is automatic, or the reference's default where that was asked for.</value>
    public required TrainingOptions Options { get; init; }

    /// <summary>Columns that the data must have (<c>feature_dim</c>).</summary>
    /// <value>Required; 1 or more.</value>
    public required int FeatureDim { get; init; }

    /// <summary>Costs to compute on the test channel (<c>eval_metrics</c>).</summary>
    /// <value>Required; at least one, none twice. Both where it was not given; the reference's default is the msd alone.</value>
    public required IReadOnlyList<EvaluationMetric> Metrics { get; init; }

    /// <summary>Whether the user asks for dense batches (<c>force_dense</c>). Batches are dense here whatever it says.</summary>
    /// <value>Required; true where it was not given.</value>
    public required bool ForceDense { get; init; }

    /// <summary>Reads hyperparameters before any work.</summary>
    /// <param name="values">Name to value, both as texts; the names are case-sensitive.</param>
    /// <param name="strictDefaults">Whether what is not given takes the reference's default instead of being automatic.</param>
    /// <returns>The hyperparameters.</returns>
    /// <exception cref="InputException">
    /// Everything that is wrong, in one line: "ClientError: ..." for missing and unknown names, "AlgorithmError: ..." for values that the reference's schema refuses,
    /// separated by semicolons.
    /// </exception>
    public static Hyperparameters Parse(IReadOnlyDictionary<string, string> values, bool strictDefaults = false)
    {
        ArgumentNullException.ThrowIfNull(values);
        var reader = new HyperparameterReader(values);
        var options = new TrainingOptions
        {
            ClusterCount = (int)(reader.Whole(HyperparameterTable.K) ?? 1),
            Seed = reader.Whole(HyperparameterTable.Seed) ?? 1,
            Epochs = (int?)reader.Whole(HyperparameterTable.Epochs),
            MiniBatchSize = (int?)reader.Whole(HyperparameterTable.MiniBatchSize),
            ExtraCenterFactor = (int?)reader.Whole(HyperparameterTable.ExtraCenterFactor),
            InitMethod = reader.Method(HyperparameterTable.InitMethod),
            HalfLifeTimeSize = reader.Whole(HyperparameterTable.HalfLifeTimeSize) ?? 0,
            LocalLloydInitMethod = reader.Method(HyperparameterTable.LocalLloydInitMethod),
            LocalLloydMaxIterations = (int?)reader.Whole(HyperparameterTable.LocalLloydMaxIter),
            LocalLloydTrials = (int?)reader.Whole(HyperparameterTable.LocalLloydNumTrials),
            LocalLloydTolerance = reader.Real(HyperparameterTable.LocalLloydTol),
        };
        options = strictDefaults ? ReferenceDefaults.Apply(options) : options;
        if ((long)options.ClusterCount * (options.ExtraCenterFactor ?? 1) > OptionsValidator.MostRunningCenters)
        {
            reader.Refuse($"k {options.ClusterCount} x extra_center_factor {options.ExtraCenterFactor ?? 1} is too large: at most {OptionsValidator.MostRunningCenters} running centers are supported");
        }

        var featureDim = (int)(reader.Whole(HyperparameterTable.FeatureDim) ?? 1);
        var metrics = reader.Metrics(HyperparameterTable.EvalMetrics) ?? (strictDefaults ? [EvaluationMetric.Msd] : [EvaluationMetric.Msd, EvaluationMetric.Ssd]);
        var forceDense = reader.Flag(HyperparameterTable.ForceDense) ?? true;
        reader.ThrowIfWrong();
        return new Hyperparameters { Options = options, FeatureDim = featureDim, Metrics = metrics, ForceDense = forceDense };
    }
}
