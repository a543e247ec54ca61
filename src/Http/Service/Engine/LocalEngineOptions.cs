using KMeans.Http.Remote;
using KMeans.Http.Workers;

namespace KMeans.Http.Service.Engine;

/// <summary>What the jobs of this process are told.</summary>
/// <param name="Folder">Where each has a folder of its own.</param>
/// <param name="Roots">Where files may be.</param>
/// <param name="Threads">Threads a job, or null.</param>
/// <param name="MemoryLimitBytes">Memory a job, or null.</param>
/// <param name="Backend">The kernel.</param>
/// <param name="Workers">Processes that compute; none for this one.</param>
/// <param name="WorkerAccess">How they are reached.</param>
internal sealed record LocalEngineOptions(
    string Folder, DataRoots Roots, int? Threads, long? MemoryLimitBytes, string Backend, IReadOnlyList<string> Workers, WorkerClientOptions WorkerAccess);
