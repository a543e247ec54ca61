namespace KMeans.Http.Service;

/// <summary>How the service says that a job failed for no reason of the user's.</summary>
internal static class MachineFault
{
    private const string Kind = "InternalServerError: ";

    /// <summary>Says what happened, for the job's owner; the rest is for the log.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <returns>A sentence.</returns>
    public static string Describe(Exception failure) =>
        failure is IOException ? failure.Message : $"a fault of the program ({failure.GetType().Name}); the service's log has the details.";

    /// <summary>Words a failure reason.</summary>
    /// <param name="message">What happened.</param>
    /// <returns>"InternalServerError: ...".</returns>
    public static string Reason(string message) => Kind + message;

    /// <summary>Whether a failure reason is of this kind.</summary>
    /// <param name="reason">A job's, or null.</param>
    /// <returns>False for what the user can correct.</returns>
    public static bool Is(string? reason) => reason?.StartsWith(Kind, StringComparison.Ordinal) == true;
}
