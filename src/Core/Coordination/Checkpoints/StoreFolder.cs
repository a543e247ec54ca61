using KMeans.Models;
using KMeans.Output;
using KMeans.Storage;

namespace KMeans.Coordination;

/// <summary>A folder of a store of objects. Nothing keeps a second training out: give each its own.</summary>
internal sealed class StoreFolder : ICheckpointFolder
{
    private readonly ObjectPath folder;
    private readonly IObjectStore store;

    /// <summary>Names a folder; nothing is there until a file is.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="InputException">It is a whole bucket, or the store does not know it.</exception>
    public StoreFolder(string path)
    {
        Path = path;
        folder = ObjectPath.Parse(path).AsFolder;
        store = folder.Key.Length > 0 ? ObjectStores.Of(folder) : throw new InputException($"--checkpoint {path}: a checkpoint cannot be a whole bucket; choose a name in it.");
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Names() => [.. store.List(folder).Select(item => item.Path.Key[folder.Key.Length..])];

    /// <inheritdoc/>
    public Stream Open(string name)
    {
        var place = folder.Child(name);
        return new ByteSourceStream(store.Open(store.Find(place) ?? throw new FileNotFoundException($"{place}: no such object")));
    }

    /// <inheritdoc/>
    public void Write(string name, Action<Stream> write)
    {
        using var file = new StagedFile(folder.Child(name).ToString(), overwrite: true);
        write(file.Stream);
        file.Commit();
    }

    /// <inheritdoc/>
    public void Delete(string name) => store.Delete(folder.Child(name));

    /// <inheritdoc/>
    public void DeleteIfEmpty()
    {
        // A store has no folders to delete.
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
