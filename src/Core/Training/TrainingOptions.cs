using KMeans.Input;

namespace KMeans.Training;

/// <summary>Everything that a training can be told. What is null is automatic: chosen by what measures best. A value that is given is obeyed exactly.</summary>
/// <remarks>The names in parentheses are the command line's and the reference product's.</remarks>
public sealed record TrainingOptions
{
    /// <summary>k, the number of clusters (<c>k</c>).</summary>
    /// <value>Required; 1 or more.</value>
    public required int ClusterCount { get; init; }

    /// <summary>What every random decision is drawn from (<c>seed</c>).</summary>
    /// <value>1 by default. The same data, options and seed give the same bits.</value>
    public long Seed { get; init; } = 1;

    /// <summary>Passes over the data (<c>epochs</c>).</summary>
    /// <value>Null, that is 1, by default; 1 or more.</value>
    public int? Epochs { get; init; }

    /// <summary>Rows between two updates of the running centers (<c>mini_batch_size</c>). A mini-batch ends where its partition ends.</summary>
    /// <value>Null, that is 8,192, by default; 1 or more.</value>
    public int? MiniBatchSize { get; init; }

    /// <summary>Running centers a cluster: K = k x this (<c>extra_center_factor</c>).</summary>
    /// <value>Null by default: see <see cref="AutoPolicy"/>; 1 or more.</value>
    public int? ExtraCenterFactor { get; init; }

    /// <summary>How the K running centers are chosen from the random batch (<c>init_method</c>).</summary>
    /// <value>Null, that is k-means++, by default.</value>
    public InitMethod? InitMethod { get; init; }

    /// <summary>After so many rows a row's weight has fallen to one half (<c>half_life_time_size</c>).</summary>
    /// <value>0, no decay, by default; 0 or more.</value>
    public long HalfLifeTimeSize { get; init; }

    /// <summary>How the reduction's trials choose their k centers (<c>local_lloyd_init_method</c>).</summary>
    /// <value>Null, that is k-means++, by default.</value>
    public InitMethod? LocalLloydInitMethod { get; init; }

    /// <summary>The most Lloyd iterations (<c>local_lloyd_max_iter</c>).</summary>
    /// <value>Null, that is 300, by default; 1 or more.</value>
    public int? LocalLloydMaxIterations { get; init; }

    /// <summary>Trials of the reduction, of which the best counts (<c>local_lloyd_num_trials</c>).</summary>
    /// <value>Null, that is 10, by default; 1 or more.</value>
    public int? LocalLloydTrials { get; init; }

    /// <summary>Lloyd ends when an iteration lowers the cost by less than this share of it (<c>local_lloyd_tol</c>).</summary>
    /// <value>Null, that is 0.0001, by default; 0 to 1.</value>
    public double? LocalLloydTolerance { get; init; }

    /// <summary>What columns are divided by (<c>scale</c>).</summary>
    /// <value>Nothing by default.</value>
    public ColumnScaling Scaling { get; init; }

    /// <summary>What happens to missing values (<c>missing</c>).</summary>
    /// <value>An error by default.</value>
    public MissingPolicy Missing { get; init; }

    /// <summary>Up to so many values (rows x features) all rows are kept in memory and the finish works on them (<c>row-budget</c>).</summary>
    /// <value>64 Mi by default, that is 256 MiB; 0 or more.</value>
    public long RowBudget { get; init; } = 64L << 20;

    /// <summary>How many rows the summary of a streamed input keeps (<c>summary-rows</c>).</summary>
    /// <value>Automatic by default.</value>
    public SummaryRows SummaryRows { get; init; } = SummaryRows.Auto;

    /// <summary>Whether a streamed input is read a second time for its exact cost (<c>exact-score</c>).</summary>
    /// <value>No by default: the cost is then an estimate with its interval.</value>
    public bool ExactScore { get; init; }

    /// <summary>Instances in this process (<c>shards</c>). Never changes the result.</summary>
    /// <value>1 by default; 1 to 1,024.</value>
    public int Shards { get; init; } = 1;

    /// <summary>Threads of all instances together (<c>threads</c>). Never changes the result.</summary>
    /// <value>Null, that is one a core, by default; 1 to 1,024.</value>
    public int? Threads { get; init; }

    /// <summary>What the training may take of memory; tiles become smaller and threads fewer to fit (<c>memory-limit</c>). Never changes the result.</summary>
    /// <value>Null, no limit, by default: memory is then what the threads asked for need. In bytes.</value>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>What computes: "auto", "scalar", "simd", "gpu", or "gpu:" and a device (<c>backend</c>). Never changes the result.</summary>
    /// <value>"auto" by default.</value>
    public string Backend { get; init; } = "auto";

    /// <summary>A folder that keeps the training's state, so that it goes on there if it is stopped (<c>checkpoint</c>). Never changes the result.</summary>
    /// <value>Null by default: a training that is stopped begins anew.</value>
    public string? Checkpoint { get; init; }

    /// <summary>The training stops after so long, with its checkpoint kept (<c>max-runtime</c>).</summary>
    /// <value>Null, no limit, by default; positive.</value>
    public TimeSpan? MaxRuntime { get; init; }

    /// <summary>Has instances, answers and checkpoint writes of this training fail at random, drawn from this seed (<c>chaos</c>). Never changes the result.</summary>
    /// <value>Null, nothing fails, by default.</value>
    public long? Chaos { get; init; }

    /// <value>Whether the report compares the centers with a run of k-means++ and Lloyd on a part of the rows, which takes a tenth of a second or so. The default is true; the model is the same.</value>
    public bool MeasuresQuality { get; init; } = true;

    /// <summary>Whether the files are copies made for this run, so that a checkpoint knows them by samples of their content instead of their times of change. Never changes the result.</summary>
    internal bool FilesAreCopies { get; init; }

    /// <summary>Whether the reduction is left to us: none of its parameters is given.</summary>
    internal bool ChoosesReduction => LocalLloydInitMethod is null && LocalLloydTrials is null && LocalLloydMaxIterations is null && LocalLloydTolerance is null;

    /// <summary>Whether rows may open centers; tests show what it is worth.</summary>
    internal bool OpensCenters { get; init; } = true;

    /// <summary>Whether small centers are dropped; tests show what it is worth.</summary>
    internal bool DropsCenters { get; init; } = true;
}
