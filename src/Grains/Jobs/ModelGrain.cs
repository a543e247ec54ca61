using KMeans.Coordination;

namespace KMeans.Grains;

/// <summary>Reads a finished job's model from the grain storage.</summary>
/// <param name="services">The storage.</param>
internal sealed class ModelGrain(JobServices services) : Grain, IModelGrain
{
    private StoredFiles? files;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ModelFile>> FilesAsync()
    {
        // Read again each time it is listed: the model may have come since.
        files = await StoredFiles.OpenAsync(services.Storage, JobRun.ModelFolderOf(this.GetPrimaryKeyString()));
        return [.. files.Files.Select(file => new ModelFile { Name = file.Key, Length = file.Value.Length })];
    }

    /// <inheritdoc/>
    public async Task<Chunk?> PullAsync(string name, int index)
    {
        files ??= await StoredFiles.OpenAsync(services.Storage, JobRun.ModelFolderOf(this.GetPrimaryKeyString()));
        if (!files.Files.TryGetValue(name, out var file) || index < 0 || index >= Payload.ChunksOf(file.Length))
        {
            return null;
        }

        var (data, hash) = await files.ReadAsync(file, index);
        return new Chunk { Index = index, Hash = hash, Data = data };
    }
}
