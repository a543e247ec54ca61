namespace KMeans.Input;

/// <summary>The readers that are asked where Core's own finds nothing to use in a file. Empty in the core build.</summary>
/// <remarks>
/// Whoever opens files passes each one through <see cref="Complete(InputFile)"/>; nothing else knows of fallbacks. A file that Core's reader refuses
/// as damaged is never offered: what one reader calls damage, another may read as numbers.
/// </remarks>
public static class InputFallbacks
{
    private static readonly Lock Gate = new();
    private static volatile IInputFallback[] registered = [];

    /// <summary>Adds a reader; registering one of the same name again changes nothing. Called at start, before files are opened.</summary>
    /// <param name="fallback">The reader; asked in the order of registration.</param>
    public static void Register(IInputFallback fallback)
    {
        lock (Gate)
        {
            if (!Array.Exists(registered, other => other.Name == fallback.Name))
            {
                registered = [.. registered, fallback];
            }
        }
    }

    /// <summary>Replaces a file in which no column can be a feature by what the first willing fallback makes of it.</summary>
    /// <param name="file">A file as Core's reader opened it.</param>
    /// <returns>The file itself where it has a numeric column or where no fallback wants it.</returns>
    /// <exception cref="InputException">A fallback took the file and found it damaged; the file is disposed then.</exception>
    public static InputFile Complete(InputFile file) => Complete(file, registered);

    /// <summary>As <see cref="Complete(InputFile)"/>, with the fallbacks given.</summary>
    /// <param name="file">A file as Core's reader opened it.</param>
    /// <param name="fallbacks">Asked in order.</param>
    /// <returns>The file to use.</returns>
    internal static InputFile Complete(InputFile file, IReadOnlyList<IInputFallback> fallbacks)
    {
        if (fallbacks.Count == 0 || file.Columns.Any(column => column.IsNumeric))
        {
            return file;
        }

        try
        {
            foreach (var fallback in fallbacks)
            {
                // The file that Core opened owns nothing but its source, which the other one takes over: it is left, not disposed.
                if (fallback.TryOpen(file.Source, "no column of it is a number") is { } other)
                {
                    return other;
                }
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }

        return file;
    }
}
