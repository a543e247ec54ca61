using System.Collections.Concurrent;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Engine;
using KMeans.Jobs;

namespace KMeans.Http.Service.Own;

/// <summary>The files of finished jobs' models, on this process's disk: where its own engine has them, or else fetched once.</summary>
/// <param name="engine">Who trained.</param>
/// <param name="folder">Where fetched models are kept.</param>
internal sealed class ModelFiles(IJobService engine, string folder)
{
    private readonly ConcurrentDictionary<string, Task<string>> fetched = new(StringComparer.Ordinal);

    /// <summary>Lists a model's files.</summary>
    /// <param name="id">The job.</param>
    /// <returns>Names and lengths.</returns>
    public async Task<IReadOnlyList<ModelEntry>> ListAsync(string id)
    {
        var root = await FolderAsync(id).ConfigureAwait(false);
        return [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(path => new ModelEntry(NameOf(root, path), new FileInfo(path).Length)).OrderBy(file => file.Name, StringComparer.Ordinal)];
    }

    /// <summary>Finds one of a model's files.</summary>
    /// <param name="id">The job.</param>
    /// <param name="name">The file's name, as it is listed.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="ApiException">The model has none of that name.</exception>
    public async Task<string> FindAsync(string id, string name)
    {
        // Compared with what is there, so that no name leads elsewhere.
        var root = await FolderAsync(id).ConfigureAwait(false);
        return Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).FirstOrDefault(path => NameOf(root, path) == name)
            ?? throw new ApiException("ResourceNotFound", $"job '{id}': its model has no such file.", 404);
    }

    private static string NameOf(string root, string path) => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/');

    private async Task<string> FolderAsync(string id)
    {
        if (engine is LocalJobs local)
        {
            return local.ModelOf(id);
        }

        var fetching = fetched.GetOrAdd(id, async name =>
        {
            await Task.Yield();
            var target = Path.Combine(folder, name);
            if (!Directory.Exists(target))
            {
                await engine.FetchAsync(name, target, overwrite: false, CancellationToken.None).ConfigureAwait(false);
            }

            return target;
        });
        try
        {
            return await fetching.ConfigureAwait(false);
        }
        catch
        {
            // The next one tries again.
            fetched.TryRemove(id, out _);
            throw;
        }
    }
}
