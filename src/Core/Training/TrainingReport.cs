using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>Where the time of a training went, in seconds.</summary>
/// <param name="Total">From the plan to the model.</param>
/// <param name="Read">Reading and decoding, an average over the threads; the draw included.</param>
/// <param name="Sample">Of it, drawing the random batch.</param>
/// <param name="Initial">Solving the random batch for the first centers.</param>
/// <param name="Train">The rest of the passes.</param>
/// <param name="Reduce">From the running centers to the model.</param>
public sealed record TrainingSeconds(double Total, double Read, double Sample, double Initial, double Train, double Reduce);

/// <summary>What a training did, for people and programs. Written as JSON with the names in camel case.</summary>
public sealed record TrainingReport
{
    /// <summary>n: rows that count, once each.</summary>
    public required long Rows { get; init; }

    /// <summary>Rows passed over because a value is missing.</summary>
    public required long SkippedRows { get; init; }

    /// <summary>d.</summary>
    public required int Features { get; init; }

    /// <summary>k.</summary>
    public required int K { get; init; }

    /// <summary>Where the time went.</summary>
    public required TrainingSeconds Seconds { get; init; }

    /// <summary>n over the total time.</summary>
    public required double RowsPerSecond { get; init; }

    /// <summary>Size of the input's files.</summary>
    public required long InputBytes { get; init; }

    /// <summary>The most resident memory.</summary>
    public required long PeakRssBytes { get; init; }

    /// <summary>Rows read: n an epoch and the random batch, and n again where an exact score was asked for.</summary>
    public required long RowsRead { get; init; }

    /// <summary>Bytes read from files.</summary>
    public required long BytesRead { get; init; }

    /// <summary>"rows": all rows were kept in memory for the finish; "stream": summaries of bounded size were.</summary>
    public required string Mode { get; init; }

    /// <summary>The mean squared distance of the rows to their nearest center.</summary>
    public required double Msd { get; init; }

    /// <summary>The sum of the squared distances.</summary>
    public required double Ssd { get; init; }

    /// <summary>"exact" or "estimate".</summary>
    public required string MsdKind { get; init; }

    /// <summary>The 95 % interval, low and high; both the msd where it is exact.</summary>
    public required IReadOnlyList<double> MsdInterval { get; init; }

    /// <summary>What the true msd cannot exceed; null where weights decayed.</summary>
    public required double? MsdBound { get; init; }

    /// <summary>
    /// The model's msd over that of k-means++ and Lloyd run to convergence on <see cref="LloydRows"/> rows, minus 1: below 0 the model is the better one. Null where it was not measured.
    /// </summary>
    public double? LloydGap { get; init; }

    /// <summary>Points of the core-set in that run; null where it was not measured.</summary>
    public int? LloydRows { get; init; }

    /// <summary>The part of the rows that the model and that run group alike, 0 to 1; null where it was not measured.</summary>
    public double? SeedAgreement { get; init; }

    /// <summary>SHA-256 over the centers in double.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Instances that shared the work.</summary>
    public required int Instances { get; init; }

    /// <summary>Threads of all instances.</summary>
    public required int Threads { get; init; }

    /// <summary>Partitions of the input.</summary>
    public required int Partitions { get; init; }

    /// <summary>Times that a partition was handed out again, over all passes.</summary>
    public required long Retries { get; init; }

    /// <summary>The ledger of the last pass in short: each row counted exactly once.</summary>
    public required LedgerSummary Ledger { get; init; }

    /// <summary>The kernel that the passes were to run on here.</summary>
    public required string Backend { get; init; }

    /// <summary>Partitions of the last pass by what computed them, on all instances: "gpu", "vector512", or "gpu+vector512" where a device was lost on the way.</summary>
    public IReadOnlyDictionary<string, int> Backends { get; init; } = new Dictionary<string, int>();

    /// <summary>What this process's device did; null where it has none.</summary>
    public DeviceReport? Device { get; init; }

    /// <summary>Arithmetic rate of the passes: 2 n K d over their time, in 10^9 a second.</summary>
    public required double Gflops { get; init; }

    /// <summary>K, the running centers of the first pass.</summary>
    public required int RunningCenters { get; init; }

    /// <summary>Centers opened by rows far from all others.</summary>
    public required int OpenedCenters { get; init; }

    /// <summary>Centers dropped because they had no or few rows.</summary>
    public required int DroppedCenters { get; init; }

    /// <summary>Rows whose nearest center double precision had to decide, in the last pass.</summary>
    public required long NearTies { get; init; }

    /// <summary>Sentences that the user should read.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}
