namespace KMeans.Client.CommandLine;

/// <summary>What the program says on standard error, each message one line.</summary>
internal static class Messages
{
    /// <summary>Says what went wrong.</summary>
    /// <param name="message">One line; further lines are joined to it.</param>
    public static void Error(string message) => Console.Error.WriteLine($"kmeans: {message.ReplaceLineEndings(" ")}");

    /// <summary>Says what the user should know about a result.</summary>
    /// <param name="note">A sentence.</param>
    public static void Note(string note) => Console.Error.WriteLine($"note: {note}");

    /// <summary>Says that the user stopped the work. Shows the cursor again, which a live display hides.</summary>
    /// <param name="kept">What is left of it, or null for nothing.</param>
    public static void Stopped(string? kept)
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.Write("\r\e[2K\e[?25h");
        }

        Error($"stopped; {kept ?? "nothing was written"}.");
    }
}
