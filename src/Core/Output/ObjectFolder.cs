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
    /// <param name="belongs">Tells of a name below the folder whether it belongs to what is written here: where a folder is replaced, such objects of the earlier one go, and others stay.</param>
    public void Commit(Predicate<string> belongs)
    {
        if (overwrite)
        {
            store.Delete(folder.Child(files[^1].Name));
            var written = files.Select(file => file.Name).ToHashSet();
            foreach (var item in store.List(folder).ToArray())
            {
                var name = item.Path.Key[folder.Key.Length..];
                if (belongs(name) && !written.Contains(name))
                {
                    store.Delete(item.Path);
                }
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
