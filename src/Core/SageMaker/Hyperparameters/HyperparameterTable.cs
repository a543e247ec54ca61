namespace KMeans.SageMaker;

/// <summary>The hyperparameters of the reference product, and the seed beside them.</summary>
/// <remarks>Ranges and defaults are those that its developer guide documents; the ignored ones stand in its container's default configuration.</remarks>
public static class HyperparameterTable
{
    /// <summary>The word that leaves a choice to us.</summary>
    internal const string Auto = "auto";

    /// <summary>Columns of the data.</summary>
    public static readonly Hyperparameter FeatureDim = new("feature_dim", HyperparameterKind.Whole) { IsRequired = true, Least = 1 };

    /// <summary>Clusters.</summary>
    public static readonly Hyperparameter K = new("k", HyperparameterKind.Whole) { IsRequired = true, Least = 1 };

    /// <summary>Passes over the data.</summary>
    public static readonly Hyperparameter Epochs = new("epochs", HyperparameterKind.Whole) { Least = 1, Default = "1", IsTuned = true, TunedRange = (1, 10) };

    /// <summary>Costs that are computed on the test channel.</summary>
    public static readonly Hyperparameter EvalMetrics = new("eval_metrics", HyperparameterKind.List) { Words = ["msd", "ssd"], Default = """["msd"]""" };

    /// <summary>Running centers a cluster.</summary>
    public static readonly Hyperparameter ExtraCenterFactor = new("extra_center_factor", HyperparameterKind.Whole) { Least = 1, Default = Auto, IsTuned = true, TunedRange = (4, 10) };

    /// <summary>After so many rows a row's weight has fallen to one half.</summary>
    public static readonly Hyperparameter HalfLifeTimeSize = new("half_life_time_size", HyperparameterKind.Whole) { Most = long.MaxValue, Default = "0" };

    /// <summary>How the running centers are chosen.</summary>
    public static readonly Hyperparameter InitMethod = new("init_method", HyperparameterKind.Categorical) { Words = ["random", "kmeans++"], Default = "random", IsTuned = true };

    /// <summary>How the final reduction chooses its centers.</summary>
    public static readonly Hyperparameter LocalLloydInitMethod = new("local_lloyd_init_method", HyperparameterKind.Categorical) { Words = ["random", "kmeans++"], Default = "kmeans++" };

    /// <summary>The final reduction's most iterations.</summary>
    public static readonly Hyperparameter LocalLloydMaxIter = new("local_lloyd_max_iter", HyperparameterKind.Whole) { Least = 1, Default = "300" };

    /// <summary>The final reduction's trials.</summary>
    public static readonly Hyperparameter LocalLloydNumTrials = new("local_lloyd_num_trials", HyperparameterKind.Whole) { Least = 1, Default = Auto };

    /// <summary>The gain at which the final reduction ends.</summary>
    public static readonly Hyperparameter LocalLloydTol = new("local_lloyd_tol", HyperparameterKind.Real) { Most = 1, Default = "0.0001" };

    /// <summary>Rows between two updates of the running centers.</summary>
    public static readonly Hyperparameter MiniBatchSize = new("mini_batch_size", HyperparameterKind.Whole) { Least = 1, Default = "5000", IsTuned = true, TunedRange = (3000, 15_000) };

    /// <summary>Of ours: what every random decision is drawn from.</summary>
    public static readonly Hyperparameter Seed = new("seed", HyperparameterKind.Whole) { Most = long.MaxValue };

    /// <summary>Whether batches are made dense. They always are here, so it changes nothing; its words are checked all the same.</summary>
    public static readonly Hyperparameter ForceDense = new("force_dense", HyperparameterKind.Categorical) { Words = ["true", "false"], Default = "true", IsIgnored = true };

    /// <summary>All of them: those with an effect first, then those that are accepted and ignored.</summary>
    public static IReadOnlyList<Hyperparameter> All { get; } =
    [
        K, FeatureDim, Epochs, EvalMetrics, ExtraCenterFactor, HalfLifeTimeSize, InitMethod, LocalLloydInitMethod, LocalLloydMaxIter, LocalLloydNumTrials, LocalLloydTol, MiniBatchSize, Seed, ForceDense,
        Ignored("_tuning_objective_metric", ""), Ignored("_log_level", "info"), Ignored("_num_gpus", Auto), Ignored("_num_kv_servers", "1"), Ignored("_num_slices", "1"), Ignored("_kvstore", Auto),
        Ignored("_enable_profiler", "false"), Ignored("_disable_wait_to_read", "false"),
    ];

    private static Hyperparameter Ignored(string name, string reference) => new(name, HyperparameterKind.FreeText) { IsIgnored = true, Default = reference };
}
