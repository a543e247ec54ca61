namespace KMeans.Grains;

/// <summary>Asks for a block: a run of partitions of one pass. The same request again joins the work that it began.</summary>
[GenerateSerializer, Immutable, Alias("kmeans.BlockRequest")]
public sealed class BlockRequest
{
    /// <summary>The coordinator's term: who began the job or took it over later has a higher one.</summary>
    [Id(0)]
    public required long Epoch { get; init; }

    /// <summary>The pass, to be pulled from the coordinator by whoever does not have it.</summary>
    [Id(1)]
    public required Ticket Pass { get; init; }

    /// <summary>The first partition.</summary>
    [Id(2)]
    public required int First { get; init; }

    /// <summary>One past the last partition.</summary>
    [Id(3)]
    public required int End { get; init; }

    /// <summary>Unique in the term.</summary>
    [Id(4)]
    public required long Attempt { get; init; }
}

/// <summary>How a block is.</summary>
[GenerateSerializer, Alias("kmeans.BlockState")]
public enum BlockState
{
    /// <summary>It is computed; ask again.</summary>
    Running,

    /// <summary>Its summary can be pulled.</summary>
    Done,

    /// <summary>The data is wrong: every shard would say the same.</summary>
    WrongInput,

    /// <summary>It could not be run there.</summary>
    Fault,
}

/// <summary>What a shard says about a block.</summary>
[GenerateSerializer, Immutable, Alias("kmeans.BlockAnswer")]
public sealed class BlockAnswer
{
    /// <summary>How it is.</summary>
    [Id(0)]
    public required BlockState State { get; init; }

    /// <summary>Rows since the answer before.</summary>
    [Id(1)]
    public long Rows { get; init; }

    /// <summary>Their weighted squared distances.</summary>
    [Id(2)]
    public double SquaredDistances { get; init; }

    /// <summary>The summary and the ledger behind it, where it is done.</summary>
    [Id(3)]
    public Ticket? Summary { get; init; }

    /// <summary>What is wrong, in one line.</summary>
    [Id(4)]
    public string? Message { get; init; }

    /// <summary>Whether trying again there may help.</summary>
    [Id(5)]
    public bool IsTransient { get; init; }
}

/// <summary>What a shard says of itself.</summary>
[GenerateSerializer, Immutable, Alias("kmeans.ShardInfo")]
public sealed class ShardInfo
{
    /// <summary>Threads that its silo computes with.</summary>
    [Id(0)]
    public required int Threads { get; init; }

    /// <summary>The silo's name.</summary>
    [Id(1)]
    public required string Silo { get; init; }
}

/// <summary>A caller's term is over: another one has taken the job over.</summary>
[GenerateSerializer, Alias("kmeans.StaleEpoch")]
public sealed class StaleEpochException : Exception
{
    /// <summary>Creates one.</summary>
    public StaleEpochException()
    {
    }

    /// <summary>Creates one.</summary>
    /// <param name="message">One line.</param>
    public StaleEpochException(string message)
        : base(message)
    {
    }

    /// <summary>Creates one.</summary>
    /// <param name="message">One line.</param>
    /// <param name="innerException">The cause.</param>
    public StaleEpochException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
