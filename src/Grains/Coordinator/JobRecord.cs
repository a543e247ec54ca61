namespace KMeans.Grains;

/// <summary>What is stored of a job: little, so that each step of its life is one write.</summary>
[GenerateSerializer, Alias("kmeans.JobRecord")]
internal sealed class JobRecord
{
    /// <summary>Layout of the record; raised when an older release could not read it. Fields are only ever added.</summary>
    [Id(0)]
    public int SchemaVersion { get; set; } = 1;

    /// <summary>What to train, as Core writes it; empty where there is no job.</summary>
    [Id(1)]
    public string Request { get; set; } = "";

    /// <summary>Where it is.</summary>
    [Id(2)]
    public JobPhase Phase { get; set; }

    /// <summary>The coordinator's term: raised and stored before any work, each time a coordinator begins or takes over.</summary>
    [Id(3)]
    public long Epoch { get; set; }

    /// <summary>When it was submitted.</summary>
    [Id(4)]
    public DateTimeOffset Submitted { get; set; }

    /// <summary>When it ended, or null.</summary>
    [Id(5)]
    public DateTimeOffset? Ended { get; set; }

    /// <summary>Why it failed, or null.</summary>
    [Id(6)]
    public string? Message { get; set; }

    /// <summary>The training's report, or null.</summary>
    [Id(7)]
    public string? Report { get; set; }

    /// <summary>Whether it failed because machines did.</summary>
    [Id(8)]
    public bool IsMachineFault { get; set; }
}
