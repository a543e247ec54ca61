using Orleans.Concurrency;

namespace KMeans.Grains;

/// <summary>Gives away a finished job's model; its key is the job's name.</summary>
[Alias("kmeans.IModelGrain")]
public interface IModelGrain : IGrainWithStringKey
{
    /// <summary>Lists the model's files.</summary>
    /// <returns>The files; empty where there is no model.</returns>
    [Alias("Files")]
    Task<IReadOnlyList<ModelFile>> FilesAsync();

    /// <summary>Gives a chunk of a file.</summary>
    /// <param name="name">The file.</param>
    /// <param name="index">The chunk.</param>
    /// <returns>The chunk; null where there is none.</returns>
    [Alias("Pull"), AlwaysInterleave]
    Task<Chunk?> PullAsync(string name, int index);
}
