using System.CommandLine;
using KMeans.Http.Remote;
using KMeans.Http.Workers;
using KMeans.Jobs;

namespace KMeans.Client.CommandLine;

/// <summary>The options that say which service or cluster is meant, and which of its jobs.</summary>
internal sealed class ClusterOptions
{
    private const string DefaultName = "kmeans";

    private readonly Option<string?> url = OptionKinds.Text("--url", "URL", "The address of a service (kmeans serve), such as http://127.0.0.1:8080");
    private readonly Option<string?> token = OptionKinds.Text("--token-file", "FILE", "The service's token");
    private readonly Option<string?> authority = OptionKinds.Text("--tls-ca", "FILE", "The authorities (PEM) that the service's certificate is checked with; the system's by default");
    private readonly Option<string?> cluster = OptionKinds.Text("--cluster", "ADDRESS", "localhost, localhost:PORT, or the connection string of the PostgreSQL database that the silos share");
    private readonly Option<string?> clusterId = OptionKinds.Text("--cluster-id", "NAME", "The cluster's name, as its silos have it; kmeans by default");
    private readonly Option<string?> serviceId = OptionKinds.Text("--service-id", "NAME", "What its jobs are stored under, as its silos have it; kmeans by default");

    /// <summary>The options, in the order of the help.</summary>
    public IEnumerable<Option> All => [url, token, authority, cluster, clusterId, serviceId];

    /// <summary>The option that names a job that is there.</summary>
    /// <returns>The option.</returns>
    public static Option<string?> Job() => OptionKinds.Text("--job", "NAME", "The job", required: true);

    /// <summary>Connects, and runs work on the jobs of the service or cluster.</summary>
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
        return Connected().GetAwaiter().GetResult();

        async Task<T> Connected()
        {
            await using var jobs = await ConnectAsync(parsed, cancellation).ConfigureAwait(false);
            return await work(jobs).ConfigureAwait(false);
        }
    }

    private async Task<IJobService> ConnectAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (address, name) = (parsed.Read(url), parsed.Read(cluster));
        if ((address is null) == (name is null))
        {
            throw new InputException("--url, --cluster: give one of them: --url for a service (kmeans serve), --cluster for silos.");
        }

        Option[] others = address is null ? [token, authority] : [clusterId, serviceId];
        if (Array.Find(others, option => parsed.GetResult(option) is { Implicit: false }) is { } stray)
        {
            throw new InputException($"{stray.Name}: belongs to {(address is null ? "--url" : "--cluster")}; leave it out.");
        }

        if (address is not null)
        {
            return new ServiceJobs(address, new WorkerClientOptions { Token = TokenFile.Read(parsed.Read(token)), AuthorityPath = parsed.Read(authority) }, TimeProvider.System);
        }

        var connect = Adapters.ConnectCluster
            ?? throw new InputException("--cluster: this build has no clusters, because its package source did not serve Orleans; use --url and a service (kmeans serve), or build where it is served.");
        return await connect(name!, parsed.Read(clusterId) ?? DefaultName, parsed.Read(serviceId) ?? DefaultName, cancellation).ConfigureAwait(false);
    }
}
