using KMeans.Input;
using KMeans.Storage;

namespace KMeans.Http.Workers;

/// <summary>The folders below which a process opens files for others. Whatever a request names, links included, must really be below one of them.</summary>
internal sealed class DataRoots
{
    private readonly List<string> folders = [];
    private readonly List<ObjectPath> prefixes = [];
    private readonly string owner;
    private readonly string option;

    /// <summary>Finds where the roots really are.</summary>
    /// <param name="roots">Existing folders and s3:// prefixes.</param>
    /// <param name="owner">What the process is, for messages.</param>
    /// <param name="option">What its user gives the roots with, for messages.</param>
    /// <exception cref="InputException">A folder does not exist.</exception>
    public DataRoots(IEnumerable<string> roots, string owner = "worker", string option = "--data-root")
    {
        (this.owner, this.option) = (owner, option);
        foreach (var root in roots)
        {
            if (ObjectPath.Is(root))
            {
                prefixes.Add(ObjectPath.Parse(root).AsFolder);
            }
            else if (Directory.Exists(root))
            {
                folders.Add(Path.TrimEndingDirectorySeparator(RealPath.Of(root)));
            }
            else
            {
                throw new InputException($"{option} {root}: no such folder; name an existing folder or an s3:// prefix.");
            }
        }
    }

    /// <summary>Opens the files that a request's paths mean.</summary>
    /// <param name="paths">Absolute, or relative to a root: the first root where such a path exists counts.</param>
    /// <param name="options">What the user says about their format.</param>
    /// <returns>At least one open file, in order.</returns>
    /// <exception cref="InputException">A path is outside the roots, has no files, or a file cannot be read.</exception>
    public IReadOnlyList<NamedFile> Open(IReadOnlyList<string> paths, InputFormatOptions options) => InputFiles.OpenNamed([.. paths.Select(Locate)], options, Require);

    /// <summary>Insists that a path is below a root, wherever links on the way lead.</summary>
    /// <param name="path">Any.</param>
    /// <exception cref="InputException">It is not.</exception>
    public void Require(string path)
    {
        if (!(ObjectPath.Is(path) ? IsWithin(ObjectPath.Parse(path)) : IsWithin(RealPath.Of(path))))
        {
            throw Outside(path);
        }
    }

    private InputException Outside(string path) => new($"{path}: is outside the {owner}'s data roots; start the {owner} with a {option} that holds it.");

    /// <summary>The absolute form of a path, a glob's included. Says nothing about what exists outside.</summary>
    private string Locate(string path)
    {
        if (ObjectPath.Is(path))
        {
            // A root itself is the folder, and not what else begins with its name.
            var folder = ObjectPath.Parse(path).AsFolder;
            return prefixes.Contains(folder) ? folder.ToString() : IsWithin(ObjectPath.Parse(path)) ? path : throw Outside(path);
        }

        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new InputException("--input: a path is empty or has a NUL character; name a file, folder or glob.");
        }

        string[] candidates = Path.IsPathRooted(path) ? [Path.GetFullPath(path)] : [.. folders.Select(root => Path.GetFullPath(Path.Combine(root, path)))];

        // Links are resolved later, for every folder and file that is looked at; here '..' alone.
        var within = candidates.Where(candidate => IsWithin(RealPath.Of(FixedPart(candidate)))).ToArray();
        if (within.Length == 0)
        {
            throw Outside(path);
        }

        return within.FirstOrDefault(candidate => Path.Exists(FixedPart(candidate))) ?? throw new InputException($"{path}: no such file or folder below the {owner}'s data roots; check the path.");
    }

    /// <summary>A glob's folders before its first wildcard; another path as it is.</summary>
    private static string FixedPart(string path)
    {
        var part = path;
        while (!Path.Exists(part) && GlobPattern.HasWildcard(part) && Path.GetDirectoryName(part) is { } above)
        {
            part = above;
        }

        return part;
    }

    /// <summary>Whether an object, a folder, a glob or the beginning of names is below a root, and so is whatever it stands for: keys have no links and no '..'.</summary>
    private bool IsWithin(ObjectPath path) =>
        prefixes.Exists(root => (root.Scheme, root.Bucket) == (path.Scheme, path.Bucket) && path.Key.StartsWith(root.Key, StringComparison.Ordinal));

    private bool IsWithin(string real) =>
        folders.Exists(root => real == root || real.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) || root == Path.GetPathRoot(root));
}
