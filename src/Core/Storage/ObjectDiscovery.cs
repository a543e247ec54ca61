using KMeans.Input;

namespace KMeans.Storage;

/// <summary>Finds the objects that a user's path means: by the rules of <see cref="InputDiscovery"/>, which searches folders.</summary>
internal static class ObjectDiscovery
{
    private const string ModelDocument = "model.json";
    private const string ModelCenters = "centers.npy";

    /// <summary>Finds them.</summary>
    /// <param name="path">An object, a folder, a glob, or else the beginning of names.</param>
    /// <param name="guard">As for <see cref="InputDiscovery"/>.</param>
    /// <returns>At least one, in no order.</returns>
    /// <exception cref="InputException">There is none, or the store does not let us look.</exception>
    public static IReadOnlyList<FoundFile> Find(string path, Action<string>? guard)
    {
        var location = ObjectPath.Parse(path);
        var store = ObjectStores.Of(location);
        if (location.Key.Length > 0 && !location.Key.EndsWith('/') && store.Find(location) is { } single)
        {
            guard?.Invoke(path);
            return [Found(single, location.Key[(location.Key.LastIndexOf('/') + 1)..])];
        }

        var files = GlobPattern.HasWildcard(location.Key) ? Expand(store, location) : Walk(store, location.AsFolder);
        if (files.Count == 0 && !GlobPattern.HasWildcard(location.Key) && location.AsFolder != location)
        {
            files = Begin(store, location);
        }

        foreach (var file in files)
        {
            guard?.Invoke(file.Path);
        }

        return files.Count > 0
            ? files
            : throw new InputException($"{path}: no object has this name, is below it or begins with it; names that begin with '.' or '_' are left out.");
    }

    private static List<FoundFile> Walk(IObjectStore store, ObjectPath folder) => Select(store, folder, folder.Key.Length, _ => 0);

    /// <summary>A beginning that no folder has: "data/part-".</summary>
    private static List<FoundFile> Begin(IObjectStore store, ObjectPath prefix) => Select(store, prefix, prefix.Key.LastIndexOf('/') + 1, _ => 0);

    private static List<FoundFile> Expand(IObjectStore store, ObjectPath glob)
    {
        var segments = glob.Key.Split('/');
        var first = Array.FindIndex(segments, GlobPattern.HasWildcard);
        var root = string.Concat(segments[..first].Select(segment => segment + '/'));

        // Only names that begin as the pattern does are listed.
        var fixedPart = root + segments[first][..segments[first].AsSpan().IndexOfAny('*', '?', '[')];
        var pattern = segments[first..].Where(segment => segment.Length > 0).ToArray();
        return Select(store, glob with { Key = fixedPart }, root.Length, names => Match(pattern, names));
    }

    /// <param name="store">The store.</param>
    /// <param name="prefix">What is listed.</param>
    /// <param name="rootLength">The part of each key that does not belong to the relative name.</param>
    /// <param name="match">Given a relative name's parts, how many of them a pattern takes up; -1 where it does not fit.</param>
    private static List<FoundFile> Select(IObjectStore store, ObjectPath prefix, int rootLength, Func<ArraySegment<string>, int> match)
    {
        var candidates = new List<(StoredObject Item, string Relative, int Matched)>();
        var documents = new HashSet<string>(StringComparer.Ordinal);
        var centers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in store.List(prefix))
        {
            var relative = item.Path.Key[rootLength..];
            var names = relative.Split('/');

            // A name that ends with '/' is how some programs keep an empty folder.
            if (names[^1].Length == 0)
            {
                continue;
            }

            var folder = relative[..(relative.Length - names[^1].Length)];
            _ = names[^1] switch { ModelDocument => documents.Add(folder), ModelCenters => centers.Add(folder), _ => false };
            if (match(names) is >= 0 and var matched && names.Skip(matched).All(name => GlobPattern.Matches("*", name)))
            {
                candidates.Add((item, relative, matched));
            }
        }

        // A model that was written beside its data is not data.
        documents.IntersectWith(centers);
        return [.. candidates.Where(candidate => !IsInModel(candidate.Relative, candidate.Matched)).Select(candidate => Found(candidate.Item, candidate.Relative))];

        bool IsInModel(string relative, int matched)
        {
            for (var (end, depth) = (relative.IndexOf('/', StringComparison.Ordinal), 1); end >= 0; (end, depth) = (relative.IndexOf('/', end + 1), depth + 1))
            {
                if (depth >= matched && documents.Contains(relative[..(end + 1)]))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <returns>How many names the pattern takes up; those behind are of a folder that it matched. -1 where it does not fit.</returns>
    private static int Match(ReadOnlySpan<string> pattern, ReadOnlySpan<string> names)
    {
        if (names.Length == 0)
        {
            return -1;
        }

        if (pattern[0] == "**")
        {
            if (pattern.Length == 1)
            {
                return 0;
            }

            var here = Match(pattern[1..], names);
            return here >= 0 || !GlobPattern.Matches("*", names[0]) ? here : Behind(Match(pattern, names[1..]));
        }

        if (!GlobPattern.Matches(pattern[0], names[0]))
        {
            return -1;
        }

        return pattern.Length == 1 ? 1 : Behind(Match(pattern[1..], names[1..]));

        static int Behind(int matched) => matched < 0 ? -1 : matched + 1;
    }

    private static FoundFile Found(StoredObject item, string relative) => new(item.Path.ToString(), relative) { Stored = item };
}
