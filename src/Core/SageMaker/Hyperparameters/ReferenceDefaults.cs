using KMeans.Training;

namespace KMeans.SageMaker;

/// <summary>The reference product's own choice for whatever is automatic, for whoever wants its algorithm step by step instead of the best result for the cost.</summary>
public static class ReferenceDefaults
{
    /// <summary>Gives every parameter that is automatic the reference's default; its own "auto" is what its containers evaluated it to.</summary>
    /// <param name="options">What the user gave.</param>
    /// <returns>The options with nothing of the algorithm left open.</returns>
    public static TrainingOptions Apply(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with
        {
            Epochs = options.Epochs ?? 1,
            MiniBatchSize = options.MiniBatchSize ?? 5_000,
            ExtraCenterFactor = options.ExtraCenterFactor ?? 10,
            InitMethod = options.InitMethod ?? InitMethod.Random,
            LocalLloydInitMethod = options.LocalLloydInitMethod ?? InitMethod.KMeansPlusPlus,
            LocalLloydMaxIterations = options.LocalLloydMaxIterations ?? 300,
            LocalLloydTrials = options.LocalLloydTrials ?? 10,
            LocalLloydTolerance = options.LocalLloydTolerance ?? 1e-4,
        };
    }
}
