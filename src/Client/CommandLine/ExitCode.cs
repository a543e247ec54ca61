namespace KMeans.Client.CommandLine;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Failed for a reason that is not the user's: a full disk, a fault of the program.</summary>
    public const int Failed = 1;

    /// <summary>The user's input or arguments are wrong.</summary>
    public const int Misused = 2;

    /// <summary>Stopped by Ctrl-C: 128 + SIGINT, as shells count.</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by the system: 128 + SIGTERM.</summary>
    public const int Terminated = 143;
}
