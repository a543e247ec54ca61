namespace KMeans.Grains;

/// <summary>Where a job is.</summary>
[GenerateSerializer, Alias("kmeans.JobPhase")]
public enum JobPhase
{
    /// <summary>No such job.</summary>
    Unknown,

    /// <summary>It trains, or will as soon as a silo takes it over.</summary>
    Running,

    /// <summary>Its model can be fetched.</summary>
    Finished,

    /// <summary>It ended with an error.</summary>
    Failed,

    /// <summary>It was stopped.</summary>
    Stopped,
}

/// <summary>What is known of a job.</summary>
[GenerateSerializer, Immutable, Alias("kmeans.JobSnapshot")]
public sealed class JobSnapshot
{
    /// <summary>Its name.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>Where it is.</summary>
    [Id(1)]
    public required JobPhase Phase { get; init; }

    /// <summary>Goes up with every change, also when another silo takes the job over.</summary>
    [Id(2)]
    public required long Version { get; init; }

    /// <summary>The coordinator's term.</summary>
    [Id(3)]
    public required long Epoch { get; init; }

    /// <summary>When it was submitted.</summary>
    [Id(4)]
    public required DateTimeOffset Submitted { get; init; }

    /// <summary>When it ended, or null.</summary>
    [Id(5)]
    public DateTimeOffset? Ended { get; init; }

    /// <summary>How far it is, or null while nothing is known.</summary>
    [Id(6)]
    public JobProgress? Progress { get; init; }

    /// <summary>Why it failed, in one line; or null.</summary>
    [Id(7)]
    public string? Message { get; init; }

    /// <summary>The training's report as JSON, once it is finished.</summary>
    [Id(8)]
    public string? Report { get; init; }

    /// <summary>Whether it failed because machines did, and not because of the user's data or options.</summary>
    [Id(9)]
    public bool IsMachineFault { get; init; }
}

/// <summary>How far a training is.</summary>
[GenerateSerializer, Immutable, Alias("kmeans.JobProgress")]
public sealed class JobProgress
{
    /// <summary>What it is doing: the number of Core's training phase.</summary>
    [Id(0)]
    public required int Phase { get; init; }

    /// <summary>Rows done in this phase.</summary>
    [Id(1)]
    public required long Rows { get; init; }

    /// <summary>Rows in this phase; an estimate where the input does not tell.</summary>
    [Id(2)]
    public required long TotalRows { get; init; }

    /// <summary>The mean squared distance so far; NaN before the first row.</summary>
    [Id(3)]
    public required double Msd { get; init; }

    /// <summary>Running centers.</summary>
    [Id(4)]
    public required int Centers { get; init; }

    /// <summary>Where the partitions of the pass are; null before the first one.</summary>
    [Id(5)]
    public JobPlacement? Placement { get; init; }
}

/// <summary>Where the partitions of a pass are: Core's pass placement.</summary>
[GenerateSerializer, Immutable, Alias("kmeans.JobPlacement")]
public sealed class JobPlacement
{
    /// <summary>The pass, from 0.</summary>
    [Id(0)]
    public required int Epoch { get; init; }

    /// <summary>Partitions of the pass.</summary>
    [Id(1)]
    public required int Partitions { get; init; }

    /// <summary>The instances, at most 64.</summary>
    [Id(2)]
    public required JobInstance[] Instances { get; init; }

    /// <summary>The partitions in at most 256 cells: 0 waits, i + 1 came back from instance i, -(i + 1) is out at it.</summary>
    [Id(3)]
    public required int[] Cells { get; init; }
}

/// <summary>An instance and its partitions of a pass.</summary>
[GenerateSerializer, Immutable, Alias("kmeans.JobInstance")]
public sealed class JobInstance
{
    /// <summary>Its name.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Its threads.</summary>
    [Id(1)]
    public required int Threads { get; init; }

    /// <summary>Partitions that it has now.</summary>
    [Id(2)]
    public required int Out { get; init; }

    /// <summary>Partitions whose result is counted and came from it.</summary>
    [Id(3)]
    public required int Back { get; init; }

    /// <summary>Times that a block was lost with it.</summary>
    [Id(4)]
    public required int Lost { get; init; }
}

/// <summary>An answer to a request that can be refused for what the user wrote.</summary>
[GenerateSerializer, Immutable, Alias("kmeans.JobAnswer")]
public sealed class JobAnswer
{
    /// <summary>The job, or null where the request was refused.</summary>
    [Id(0)]
    public JobSnapshot? Job { get; init; }

    /// <summary>Why it was refused, in one line; or null.</summary>
    [Id(1)]
    public string? Refusal { get; init; }
}

/// <summary>A file of a finished model.</summary>
[GenerateSerializer, Immutable, Alias("kmeans.ModelFile")]
public sealed class ModelFile
{
    /// <summary>Its path below the model's folder, with '/'.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Bytes.</summary>
    [Id(1)]
    public required long Length { get; init; }
}
