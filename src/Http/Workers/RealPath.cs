namespace KMeans.Http.Workers;

/// <summary>Follows links, in every folder on the way, to where a path really is.</summary>
internal static class RealPath
{
    /// <summary>As many links as systems follow.</summary>
    private const int MostLinks = 40;

    /// <summary>Finds it.</summary>
    /// <param name="path">Any path; what does not exist of it is taken as it is.</param>
    /// <returns>An absolute path without links, '.' and '..'.</returns>
    /// <exception cref="InputException">Links lead in circles, or a folder on the way may not be looked at.</exception>
    public static string Of(string path)
    {
        var links = 0;
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        var left = new Stack<string>(Split(full[real.Length..]));
        while (left.TryPop(out var name))
        {
            if (name is ".")
            {
                continue;
            }

            if (name is "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }

            var next = Path.Combine(real, name);
            if (Target(path, next) is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new InputException($"{path}: links lead in circles; name the files themselves.");
            }

            if (Path.IsPathRooted(target))
            {
                real = Path.GetPathRoot(target)!;
                target = target[real.Length..];
            }

            // A link's ".." means the parent of where the link really is, so it is looked at name by name.
            foreach (var part in Split(target))
            {
                left.Push(part);
            }
        }

        return real;
    }

    /// <summary>The names of a path, the last first, as a stack takes them.</summary>
    private static IEnumerable<string> Split(string path) =>
        path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Reverse();

    private static string? Target(string path, string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be looked at ({e.Message.TrimEnd('.')}).", e);
        }
    }
}
