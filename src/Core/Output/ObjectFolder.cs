using KMeans.Storage;

namespace KMeans.Output;

/// <summary>Writes several objects below one name so that a reader sees all of them or none.</summary>
/// <remarks>
/// All content is sent first; then the objects are made visible one after the other, which sends nothing but names. Whoever stops in between leaves some of them, but never the last: a reader that
/// begins with that one (model.json) takes what it finds for no folder of its kind. Where a folder is replaced, that one is deleted first.
/// </remarks>
internal sealed class ObjectFolder : IDisposable
{
    private readonly IObjectStore store;
    private readonly ObjectPath folder;
    private readonly bool overwrite;
    private readonly List<(string Name, StagedFile File)> files = [];

    /// <summary>Begins a folder.</summary>
    /// <param name="path">Its path in a store of objects.</param>
    /// <param name="overwrite">Whether objects of the same names may be replaced.</param>
    public ObjectFolder(string path, bool overwrite)
    {
        folder = ObjectPath.Parse(path).AsFolder;
        store = ObjectStores.Of(folder);
        this.overwrite = overwrite;
    }

    /// <summary>Begins an object.</summary>
    /// <param name="name">Its name below the folder.</param>
    /// <returns>Written to and disposed by the caller.</returns>
    public Stream Create(string name)
    {
        files.Add((name, new StagedFile(folder.Child(name).ToString(), overwrite)));
        return files[^1].File.Stream;
    }

    /// <summary>Makes the objects visible, in the order in which they were begun.</summary>
    /// <param name="stale">Names below the folder that belong to it: what is left of an earlier one under those that were not written now is deleted.</param>
    public void Commit(IEnumerable<string> stale)
    {
        if (overwrite)
        {
            store.Delete(folder.Child(files[^1].Name));
            foreach (var name in stale.Except(files.Select(file => file.Name)))
            {
                store.Delete(folder.Child(name));
            }
        }

        foreach (var (_, file) in files)
        {
            file.Commit();
        }
    }

    /// <summary>Withdraws what was not committed.</summary>
    public void Dispose() => files.ForEach(file => file.File.Dispose());
}
