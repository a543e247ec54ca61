using System.CommandLine;
using KMeans.Jobs;

namespace KMeans.Client.CommandLine;

/// <summary>The options that say which cluster is meant, and which of its jobs.</summary>
internal sealed class ClusterOptions
{
    private const string DefaultName = "kmeans";

    private readonly Option<string?> cluster = OptionKinds.Text("--cluster", "ADDRESS", "localhost, localhost:PORT, or the connection string of the PostgreSQL database that the silos share", required: true);
    private readonly Option<string?> clusterId = OptionKinds.Text("--cluster-id", "NAME", "The cluster's name, as its silos have it; kmeans by default");
    private readonly Option<string?> serviceId = OptionKinds.Text("--service-id", "NAME", "What its jobs are stored under, as its silos have it; kmeans by default");

    /// <summary>The options, in the order of the help.</summary>
    public IEnumerable<Option> All => [cluster, clusterId, serviceId];

    /// <summary>The option that names a job that is there.</summary>
    /// <returns>The option.</returns>
    public static Option<string?> Job() => OptionKinds.Text("--job", "NAME", "The job", required: true);

    /// <summary>Connects, and runs work on the cluster's jobs.</summary>
    /// <typeparam name="T">What the work gives.</typeparam>
    /// <param name="parsed">The arguments.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What the work gives.</returns>
    /// <exception cref="InputException">This build has no clusters, or an option is wrong.</exception>
    /// <exception cref="IOException">The cluster does not answer.</exception>
    public T Run<T>(ParseResult parsed, Func<IJobService, Task<T>> work, CancellationToken cancellation)
    {
        Adapters.Register();
        var connect = Adapters.ConnectCluster
            ?? throw new InputException("--cluster: this build has no clusters, because its package source did not serve Orleans; train with --workers, or build where it is served.");
        return Connected().GetAwaiter().GetResult();

        async Task<T> Connected()
        {
            await using var jobs = await connect(parsed.Read(cluster)!, parsed.Read(clusterId) ?? DefaultName, parsed.Read(serviceId) ?? DefaultName, cancellation).ConfigureAwait(false);
            return await work(jobs).ConfigureAwait(false);
        }
    }
}
