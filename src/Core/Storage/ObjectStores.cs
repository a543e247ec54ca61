using KMeans.Input;

namespace KMeans.Storage;

/// <summary>The stores of objects that this program can reach, by their scheme. Core has none of its own.</summary>
public static class ObjectStores
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Lazy<IObjectStore>> Stores = new(StringComparer.Ordinal);

    /// <summary>Adds a kind of store; registering one again changes nothing. Called at start.</summary>
    /// <param name="scheme">"s3", in lower case.</param>
    /// <param name="create">Makes it when the first path of the kind is used: no start waits for a library that nobody asks for.</param>
    public static void Register(string scheme, Func<IObjectStore> create)
    {
        lock (Gate)
        {
            _ = Stores.TryAdd(scheme, new Lazy<IObjectStore>(create));
        }
    }

    /// <summary>The store of a path.</summary>
    /// <param name="path">The path.</param>
    /// <returns>Its store.</returns>
    /// <exception cref="InputException">This program has none of the kind, or its settings are wrong.</exception>
    public static IObjectStore Of(ObjectPath path)
    {
        Lazy<IObjectStore>? store;
        lock (Gate)
        {
            _ = Stores.TryGetValue(path.Scheme, out store);
        }

        return store?.Value ?? throw new InputException($"{path}: {path.Scheme}:// is not known here; name files of this machine{(Stores.Count == 0 ? "" : $" or {string.Join(", ", Stores.Keys.Select(key => key + ObjectPath.Mark))}")}.");
    }

    /// <summary>Opens one file, be it of this machine or of a store.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="InputException">There is no such file, or it cannot be read.</exception>
    public static ByteSource Open(string path)
    {
        if (!ObjectPath.Is(path))
        {
            return new LocalByteSource(path);
        }

        var location = ObjectPath.Parse(path);
        var store = Of(location);
        return store.Open(store.Find(location) ?? throw new InputException($"{path}: no such object; check the name."));
    }

    /// <summary>Whether there is a file, be it of this machine or of a store.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>Whether it is there.</returns>
    public static bool FileExists(string path)
    {
        if (!ObjectPath.Is(path))
        {
            return File.Exists(path);
        }

        var location = ObjectPath.Parse(path);
        return location.Key.Length > 0 && !location.Key.EndsWith('/') && Of(location).Find(location) is not null;
    }

    /// <summary>Whether there is a folder, be it of this machine or of a store.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>Whether it is there; in a store, whether an object is below it.</returns>
    public static bool FolderExists(string path)
    {
        if (!ObjectPath.Is(path))
        {
            return Directory.Exists(path);
        }

        var folder = ObjectPath.Parse(path).AsFolder;
        return Of(folder).List(folder).Any();
    }
}
