using System.Globalization;
using KMeans.Coordination;
using Orleans.Storage;

namespace KMeans.Grains;

/// <summary>
/// A folder of files in the grain storage, whatever that is: one record names the files, and records of at most 2 MiB each hold their bytes. A file is there when the first record says so.
/// </summary>
/// <remarks>
/// Whoever writes has opened the folder, and every change of the record carries the version that was read: when another coordinator has changed it since, the write fails and nothing
/// is overwritten, because every file has chunks of its own. Not thread-safe.
/// </remarks>
internal sealed class StoredFiles
{
    /// <summary>The storage's name among the silo's.</summary>
    public const string StorageName = "kmeans";

    private static readonly GrainType IndexType = GrainType.Create("kmeans-index");
    private static readonly GrainType ChunkType = GrainType.Create("kmeans-chunk");

    private readonly IGrainStorage storage;
    private readonly GrainState<StoredIndex> record = new(new StoredIndex());

    private StoredFiles(IGrainStorage storage, string folder)
    {
        this.storage = storage;
        Folder = folder;
    }

    /// <summary>The folder's name.</summary>
    public string Folder { get; }

    /// <summary>The files.</summary>
    public IReadOnlyDictionary<string, StoredFile> Files => Index.Files;

    /// <summary>Opens a folder; one that does not exist is empty.</summary>
    /// <param name="storage">The storage.</param>
    /// <param name="folder">Its name.</param>
    /// <returns>The folder.</returns>
    public static async Task<StoredFiles> OpenAsync(IGrainStorage storage, string folder)
    {
        var files = new StoredFiles(storage, folder);
        await storage.ReadStateAsync("index", files.IndexId, files.record).ConfigureAwait(false);
        return files.Index.SchemaVersion <= 1 ? files : throw new IOException($"{folder} was stored by a newer release (layout {files.Index.SchemaVersion}); run that one.");
    }

    /// <summary>Makes this the only one that can write: whoever opened the folder before cannot any more.</summary>
    /// <returns>When it is.</returns>
    /// <exception cref="InconsistentStateException">Another one did so meanwhile.</exception>
    public Task ClaimAsync() => WriteIndexAsync();

    /// <summary>Gets a chunk.</summary>
    /// <param name="file">The file.</param>
    /// <param name="chunk">From 0.</param>
    /// <returns>The chunk; empty where it is missing, which its length then shows.</returns>
    public async Task<PayloadChunk> ReadAsync(StoredFile file, int chunk)
    {
        var state = new GrainState<StoredChunk>(new StoredChunk());
        await storage.ReadStateAsync("chunk", ChunkId(file.Number, chunk), state).ConfigureAwait(false);
        return new PayloadChunk(state.State?.Data ?? default, state.State?.Hash ?? 0);
    }

    /// <summary>Writes a file; it replaces one of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">Its content.</param>
    /// <returns>When it is stored.</returns>
    /// <exception cref="InconsistentStateException">Another one writes here now.</exception>
    public async Task WriteAsync(string name, Payload content)
    {
        var number = Index.NextNumber++;
        for (var i = 0; i < content.ChunkCount; i++)
        {
            var (data, hash) = content[i];
            await storage.WriteStateAsync("chunk", ChunkId(number, i), new GrainState<StoredChunk>(new StoredChunk { Data = data, Hash = hash })).ConfigureAwait(false);
        }

        Index.Files.TryGetValue(name, out var before);
        Index.Files[name] = new StoredFile { Number = number, Length = content.Length };
        await WriteIndexAsync().ConfigureAwait(false);
        await ClearAsync(before).ConfigureAwait(false);
    }

    /// <summary>Deletes a file where it is there.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>When it is deleted.</returns>
    /// <exception cref="InconsistentStateException">Another one writes here now.</exception>
    public async Task DeleteAsync(string name)
    {
        if (Index.Files.Remove(name, out var file))
        {
            await WriteIndexAsync().ConfigureAwait(false);
            await ClearAsync(file).ConfigureAwait(false);
        }
    }

    /// <summary>Deletes all files and the folder.</summary>
    /// <returns>When it is deleted.</returns>
    /// <exception cref="InconsistentStateException">Another one writes here now.</exception>
    public async Task DeleteAllAsync()
    {
        foreach (var file in Index.Files.Values.ToArray())
        {
            await ClearAsync(file).ConfigureAwait(false);
        }

        if (record.RecordExists)
        {
            await storage.ClearStateAsync("index", IndexId, record).ConfigureAwait(false);
        }

        record.State = new StoredIndex();
    }

    /// <summary>A storage that has nothing leaves nothing.</summary>
    private StoredIndex Index => record.State ??= new StoredIndex();

    private GrainId IndexId => GrainId.Create(IndexType, Folder);

    private GrainId ChunkId(long number, int chunk) => GrainId.Create(ChunkType, string.Create(CultureInfo.InvariantCulture, $"{Folder}/{number}/{chunk}"));

    private Task WriteIndexAsync() => storage.WriteStateAsync("index", IndexId, record);

    private async Task ClearAsync(StoredFile? file)
    {
        for (var i = 0; file is not null && i < Payload.ChunksOf(file.Length); i++)
        {
            // The version that clearing needs may be of a process that is gone.
            var state = new GrainState<StoredChunk>(new StoredChunk());
            await storage.ReadStateAsync("chunk", ChunkId(file.Number, i), state).ConfigureAwait(false);
            if (state.RecordExists)
            {
                await storage.ClearStateAsync("chunk", ChunkId(file.Number, i), state).ConfigureAwait(false);
            }
        }
    }
}
