namespace KMeans.Http.Service.Store;

/// <summary>The kinds of records, as the resources' names call them.</summary>
internal static class RecordKinds
{
    /// <summary>A training.</summary>
    public const string TrainingJob = "training-job";

    /// <summary>A search for hyperparameters.</summary>
    public const string TuningJob = "hyper-parameter-tuning-job";

    /// <summary>A model that can be served.</summary>
    public const string Model = "model";

    /// <summary>What an endpoint is made from.</summary>
    public const string EndpointConfig = "endpoint-config";

    /// <summary>A model that answers calls.</summary>
    public const string Endpoint = "endpoint";

    /// <summary>A prediction of whole files.</summary>
    public const string TransformJob = "transform-job";
}

/// <summary>What the service keeps of one thing. Times are milliseconds since 1970.</summary>
internal sealed record StoredRecord
{
    /// <summary>One of <see cref="RecordKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its name, one of a kind.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is; lists filter and sort by it.</summary>
    public required string Status { get; init; }

    /// <summary>Where it is more exactly; empty for most kinds.</summary>
    public string Detail { get; init; } = "";

    /// <summary>The name of what made it, or null.</summary>
    public string? Parent { get; init; }

    /// <summary>What is higher is begun earlier.</summary>
    public long Priority { get; init; }

    /// <summary>When it was made.</summary>
    public required long Created { get; init; }

    /// <summary>When it was changed last.</summary>
    public required long Modified { get; init; }

    /// <summary>When it ended; null while there is work to be done for it.</summary>
    public long? Ended { get; init; }

    /// <summary>Goes up with every change; a change that is based on an older one is refused.</summary>
    public long Version { get; init; } = 1;

    /// <summary>The process that works on it, or null.</summary>
    public string? Owner { get; init; }

    /// <summary>Until when the owner has it, unless it says again that it does; or null.</summary>
    public long? Lease { get; init; }

    /// <summary>Everything else, as JSON.</summary>
    public required string Document { get; init; }
}
