namespace KMeans.Http.Service.Jobs;

/// <summary>Where jobs are, in the words of the reference protocol.</summary>
internal static class JobStatuses
{
    /// <summary>It waits or runs.</summary>
    public const string InProgress = "InProgress";

    /// <summary>It is done.</summary>
    public const string Completed = "Completed";

    /// <summary>It ended with an error.</summary>
    public const string Failed = "Failed";

    /// <summary>It is to be stopped.</summary>
    public const string Stopping = "Stopping";

    /// <summary>It was stopped.</summary>
    public const string Stopped = "Stopped";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyCollection<string> All = [InProgress, Completed, Failed, Stopping, Stopped];
}

/// <summary>Where training jobs are more exactly.</summary>
internal static class SecondaryStatuses
{
    /// <summary>It was created, and waits for its turn.</summary>
    public const string Pending = "Pending";

    /// <summary>It begins.</summary>
    public const string Starting = "Starting";

    /// <summary>Its input is found and looked at.</summary>
    public const string Downloading = "Downloading";

    /// <summary>It trains.</summary>
    public const string Training = "Training";

    /// <summary>Its process was gone; it goes on from its checkpoint.</summary>
    public const string Interrupted = "Interrupted";

    /// <summary>Its model is written.</summary>
    public const string Uploading = "Uploading";

    /// <summary>It was stopped because its time was over.</summary>
    public const string MaxRuntimeExceeded = "MaxRuntimeExceeded";
}
