using KMeans.Coordination;
using Orleans.Storage;

namespace KMeans.Grains;

/// <summary>A checkpoint's folder in the grain storage: it survives every silo where the storage does. For the coordinator's own thread, which may wait.</summary>
internal sealed class StorageFolder : ICheckpointFolder
{
    /// <summary>A file of a checkpoint that was written whole is read whole; what bounds it was checked when it was written.</summary>
    private const long MostBytes = 1L << 40;

    private readonly StoredFiles files;

    private StorageFolder(StoredFiles files) => this.files = files;

    /// <inheritdoc/>
    public string Path => files.Folder;

    /// <summary>Opens a folder and makes this coordinator the only one that writes to it.</summary>
    /// <param name="storage">The storage.</param>
    /// <param name="folder">The folder's name.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static StorageFolder Open(IGrainStorage storage, string folder) => Guard(async () =>
    {
        var files = await StoredFiles.OpenAsync(storage, folder).ConfigureAwait(false);
        await files.ClaimAsync().ConfigureAwait(false);
        return new StorageFolder(files);
    });

    /// <inheritdoc/>
    public IReadOnlyList<string> Names() => [.. files.Files.Keys];

    /// <inheritdoc/>
    public Stream Open(string name)
    {
        if (!files.Files.TryGetValue(name, out var file))
        {
            throw new IOException($"{name} is not stored.");
        }

        return new PulledStream(file.Length, MostBytes, name, chunk => files.ReadAsync(file, chunk));
    }

    /// <inheritdoc/>
    public void Write(string name, Action<Stream> write)
    {
        var content = Payload.Of(write);
        Guard(() => files.WriteAsync(name, content));
    }

    /// <inheritdoc/>
    public void Delete(string name) => Guard(() => files.DeleteAsync(name));

    /// <inheritdoc/>
    public void DeleteIfEmpty()
    {
        if (files.Files.Count == 0)
        {
            Guard(files.DeleteAllAsync);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static void Guard(Func<Task> action) => Guard(async () =>
    {
        await action().ConfigureAwait(false);
        return true;
    });

    /// <summary>Whatever a storage throws is a failure to read or write, as a disk's would be.</summary>
    private static T Guard<T>(Func<Task<T>> action)
    {
        try
        {
            return action().GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is not (IOException or OutOfMemoryException))
        {
            throw new IOException(e is InconsistentStateException ? "another coordinator writes there now" : e.Message, e);
        }
    }
}
