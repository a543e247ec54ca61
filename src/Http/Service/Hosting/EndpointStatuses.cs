namespace KMeans.Http.Service.Hosting;

/// <summary>Where endpoints are, in the words of the reference protocol.</summary>
internal static class EndpointStatuses
{
    /// <summary>Its models are being loaded.</summary>
    public const string Creating = "Creating";

    /// <summary>It answers, and other models are being loaded.</summary>
    public const string Updating = "Updating";

    /// <summary>It answers.</summary>
    public const string InService = "InService";

    /// <summary>Its models could not be loaded.</summary>
    public const string Failed = "Failed";

    /// <summary>All that the protocol knows.</summary>
    public static readonly IReadOnlyCollection<string> All =
        ["OutOfService", Creating, Updating, "SystemUpdating", "RollingBack", InService, "Deleting", Failed, "UpdateRollbackFailed"];
}
