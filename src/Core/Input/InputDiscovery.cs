using KMeans.Storage;

namespace KMeans.Input;

/// <summary>One input file and the name that orders it.</summary>
/// <param name="Path">Its path, beginning as the user gave it.</param>
/// <param name="RelativeName">Its path below the given folder or below the glob's fixed part, with '/' between names; the file's name where it was given itself.</param>
public sealed record FoundFile(string Path, string RelativeName)
{
    /// <summary>The file as its store listed it; null for a file of this machine.</summary>
    public StoredObject? Stored { get; init; }

    /// <summary>Opens it for reading.</summary>
    /// <returns>Its bytes.</returns>
    /// <exception cref="InputException">It cannot be read.</exception>
    public ByteSource Open() => Stored is null ? new LocalByteSource(Path) : ObjectStores.Of(Stored.Path).Open(Stored);
}

/// <summary>Finds the input files that the user's paths mean, in an order that does not depend on the machine or on where the folders are.</summary>
public static class InputDiscovery
{
    /// <summary>Deeper than any data set, yet less than the 40 links at which systems give up silently: a link to a parent folder ends in an error.</summary>
    private const int MaxDepth = 32;

    /// <summary>Finds files.</summary>
    /// <param name="paths">
    /// Files; folders, searched to any depth; globs of * ? [abc] within a name and ** for any number of folders, where a folder that matches is searched
    /// whole; or all three in a store of objects (s3://), or there the beginning of names. In folders and globs, names that begin with a dot or an underscore (_SUCCESS) are left out, and in
    /// folders what belongs to a model. A path that exists is never taken for a glob.
    /// </param>
    /// <returns>At least one file, ordered by relative name (ordinal); equal names stay in the order of the paths.</returns>
    /// <exception cref="InputException">A path or glob has no files, a file was found twice, or a folder cannot be read.</exception>
    public static IReadOnlyList<FoundFile> Find(IReadOnlyList<string> paths) => Find(paths, null);

    /// <summary>Finds files where only some places may be looked at.</summary>
    /// <param name="paths">As in the other form.</param>
    /// <param name="guard">Called with each folder before it is looked into and each file before it is taken; throws where that is not allowed. Null allows all.</param>
    /// <returns>As in the other form.</returns>
    /// <exception cref="InputException">As in the other form, or what the guard throws.</exception>
    internal static IReadOnlyList<FoundFile> Find(IReadOnlyList<string> paths, Action<string>? guard)
    {
        var found = new List<FoundFile>();
        var origins = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            foreach (var file in FindOne(path, guard))
            {
                var full = file.Stored is null ? Path.GetFullPath(file.Path) : file.Path;
                if (!origins.TryAdd(full, path))
                {
                    var other = origins[full];
                    throw new InputException($"{file.Path}: is named twice, by {other} and by {path}; name each file once, or its rows would count twice.");
                }

                found.Add(file);
            }
        }

        if (found.Count == 0)
        {
            throw new InputException("--input: no path was given; name at least one file, folder or glob.");
        }

        return [.. found.OrderBy(file => file.RelativeName, StringComparer.Ordinal)];
    }

    private static IReadOnlyList<FoundFile> FindOne(string path, Action<string>? guard)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new InputException("--input: a path is empty or has a NUL character; name a file, folder or glob.");
        }

        if (ObjectPath.Is(path))
        {
            return ObjectDiscovery.Find(path, guard);
        }

        if (File.Exists(path))
        {
            guard?.Invoke(path);
            return [new FoundFile(path, Path.GetFileName(path))];
        }

        var isFolder = Directory.Exists(path);
        if (!isFolder && !GlobPattern.HasWildcard(path))
        {
            throw new InputException($"{path}: no such file or folder; check the path.");
        }

        var search = new Search(guard);
        try
        {
            if (isFolder)
            {
                search.Walk(path, "", 0);
            }
            else
            {
                search.Expand(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be searched ({e.Message.TrimEnd('.')}).", e);
        }

        return search.Files.Count > 0
            ? [.. search.Files.Values]
            : throw new InputException($"{path}: {(isFolder ? "the folder has no files" : "no file matches")}; names that begin with '.' or '_' are left out.");
    }

    /// <summary>One walk over folders; the relative name is the key, so that a file that two ways lead to is found once.</summary>
    private sealed class Search(Action<string>? guard)
    {
        public Dictionary<string, FoundFile> Files { get; } = new(StringComparer.Ordinal);

        public void Walk(string folder, string relative, int depth)
        {
            if (depth > MaxDepth)
            {
                throw new InputException($"{folder}: folders nest deeper than {MaxDepth} levels; a link probably leads back to a parent, so name the files or folders themselves.");
            }

            // A model that was written beside its data is not data: training again with --overwrite must not read it.
            if (depth > 0 && File.Exists(Path.Combine(folder, "model.json")) && File.Exists(Path.Combine(folder, "centers.npy")))
            {
                return;
            }

            foreach (var (path, name, isFolder) in Entries(folder))
            {
                if (!GlobPattern.Matches("*", name))
                {
                    continue;
                }

                Take(path, Join(relative, name), isFolder, depth);
            }
        }

        public void Expand(string glob)
        {
            var segments = glob.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
            var first = Array.FindIndex(segments, GlobPattern.HasWildcard);
            var root = string.Join('/', segments[..first]);
            if (first > 0)
            {
                root += '/';
            }

            Expand(root, "", [.. segments[first..].Where(segment => segment.Length > 0)], 0);
        }

        private static string Join(string relative, string name) => relative.Length == 0 ? name : $"{relative}/{name}";

        private IEnumerable<(string Path, string Name, bool IsFolder)> Entries(string folder)
        {
            guard?.Invoke(folder);
            var info = new DirectoryInfo(folder.Length == 0 ? "." : folder);
            if (!info.Exists)
            {
                yield break;
            }

            foreach (var entry in info.EnumerateFileSystemInfos())
            {
                // Path.Combine keeps the beginning that the user gave, so that messages name files as the user knows them.
                yield return (Path.Combine(folder, entry.Name), entry.Name, Directory.Exists(entry.FullName));
            }
        }

        private void Expand(string folder, string relative, ReadOnlySpan<string> segments, int depth)
        {
            var segment = segments[0];
            var rest = segments[1..];
            if (segment == "**")
            {
                if (rest.Length == 0)
                {
                    Walk(folder, relative, depth);
                    return;
                }

                Expand(folder, relative, rest, depth);
            }

            if (depth > MaxDepth)
            {
                return;
            }

            foreach (var (path, name, isFolder) in Entries(folder))
            {
                if (segment == "**")
                {
                    if (isFolder && GlobPattern.Matches("*", name))
                    {
                        Expand(path, Join(relative, name), segments, depth + 1);
                    }
                }
                else if (GlobPattern.Matches(segment, name))
                {
                    if (rest.Length == 0)
                    {
                        Take(path, Join(relative, name), isFolder, depth);
                    }
                    else if (isFolder)
                    {
                        Expand(path, Join(relative, name), rest, depth + 1);
                    }
                }
            }
        }

        private void Take(string path, string relative, bool isFolder, int depth)
        {
            if (isFolder)
            {
                Walk(path, relative, depth + 1);
            }
            else
            {
                guard?.Invoke(path);
                Files.TryAdd(relative, new FoundFile(path, relative));
            }
        }
    }
}
