using KMeans.Coordination;
using KMeans.Http.Protocol;
using KMeans.Input;
using KMeans.Preparation;
using KMeans.Training;

namespace KMeans.Http.Remote;

/// <summary>A training whose rows are read and computed with on worker processes; this process coordinates, merges and reduces. It needs no access to the files.</summary>
public sealed class RemoteTraining : IDisposable
{
    private readonly HttpFleet fleet;

    private RemoteTraining(HttpFleet fleet, RemoteInput input)
    {
        this.fleet = fleet;
        Input = input.Rows;
    }

    /// <summary>The rows: what is known of them, not the rows themselves.</summary>
    public InputSet Input { get; }

    /// <summary>Finds out which workers are there and what they have.</summary>
    /// <param name="urls">The workers, at least one, each once.</param>
    /// <param name="options">How they are reached.</param>
    /// <param name="paths">Files, folders and globs below the workers' data roots.</param>
    /// <param name="format">What the user says about the format.</param>
    /// <param name="choice">The columns wanted.</param>
    /// <param name="distribution">Who has which files.</param>
    /// <param name="warn">Told of workers that are not there, go and come, a line each, from any thread.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <param name="fileOrderSeed">Shuffles the order of the files; null for the order of their names.</param>
    /// <param name="recipe">What workers see raw files through; null where files are taken as they are.</param>
    /// <returns>The training, to be run and disposed.</returns>
    /// <exception cref="InputException">No worker is reachable, one that is needed is not, or the paths or columns are wrong.</exception>
    public static RemoteTraining Connect(
        IReadOnlyList<string> urls, WorkerClientOptions options, IReadOnlyList<string> paths, InputFormatOptions format, ColumnChoice choice, DataDistribution distribution, Action<string> warn,
        CancellationToken cancellation, long? fileOrderSeed = null, Recipe? recipe = null)
    {
        var clients = Clients(urls, options);
        try
        {
            var request = new InputRequest(paths, format.Format, format.CsvHeader, format.CsvDelimiter, recipe is null ? null : RecipeText.Write(recipe));
            var found = Task.WhenAll(clients.Select(client => Ask(client, request, cancellation))).GetAwaiter().GetResult();
            var ready = Ready(clients, found, distribution, warn);
            var input = RemoteInput.Create(request, [.. ready.Select(entry => (entry.Client, entry.Listing))], choice, distribution, fileOrderSeed);
            var agreeing = ready.Where(entry => Agrees(input, entry.Client, entry.Listing, warn)).Select(entry => (entry.Client, entry.Info));
            return new RemoteTraining(new HttpFleet(clients, agreeing, input, request, warn, TimeProvider.System), input);
        }
        catch
        {
            clients.ForEach(client => client.Dispose());
            throw;
        }
    }

    /// <summary>Trains.</summary>
    /// <param name="options">The user's.</param>
    /// <param name="progress">Told of progress from any thread, or null.</param>
    /// <param name="control">Who may pause it, or null.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The model and the report: the same bits as in one process.</returns>
    /// <exception cref="InputException">The data or the options are wrong.</exception>
    /// <exception cref="IOException">Workers kept failing.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public TrainingResult Train(TrainingOptions options, IProgress<TrainingProgress>? progress, TrainingControl? control, CancellationToken cancellation)
    {
        if (options.ExactScore)
        {
            throw new InputException("--exact-score: would send every row here; leave it out with --workers, and run kmeans score where the files are.");
        }

        if (options.Chaos is not null)
        {
            throw new InputException("--chaos: is for instances in this process; leave it out with --workers, and stop workers yourself.");
        }

        try
        {
            return TrainingJob.Run(Input, options, progress, control, cancellation, fleet);
        }
        catch (InstanceFaultException e)
        {
            throw new IOException($"--workers: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        fleet.Dispose();
        Input.Dispose();
    }

    private static List<WorkerClient> Clients(IReadOnlyList<string> urls, WorkerClientOptions options)
    {
        if (urls.Count == 0)
        {
            throw new InputException("--workers: names no worker; give http://ADDRESS:PORT, several with commas between.");
        }

        var clients = urls.Select(url => new WorkerClient(url, options)).ToList();
        return clients.GroupBy(client => client.Url).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new InputException($"--workers: {twice.Key} is named twice; name each worker once.")
            : clients;
    }

    private static async Task<(WorkerInfo? Info, InputListing? Listing, InstanceFaultException? Fault)> Ask(WorkerClient client, InputRequest request, CancellationToken cancellation)
    {
        try
        {
            var info = await client.InfoAsync(cancellation).ConfigureAwait(false);
            return (info, await client.ListAsync(request, cancellation).ConfigureAwait(false), null);
        }
        catch (InstanceFaultException e)
        {
            return (null, null, e);
        }
        catch (InputException e)
        {
            throw new InputException($"{e.Message} (worker {client.Url})", e);
        }
    }

    private static List<(WorkerClient Client, WorkerInfo Info, InputListing Listing)> Ready(
        List<WorkerClient> clients, (WorkerInfo? Info, InputListing? Listing, InstanceFaultException? Fault)[] found, DataDistribution distribution, Action<string> warn)
    {
        var ready = new List<(WorkerClient, WorkerInfo, InputListing)>();
        var faults = new List<string>();
        for (var i = 0; i < clients.Count; i++)
        {
            if (found[i].Fault is { } fault)
            {
                faults.Add($"{clients[i].Url}: {fault.Message}");
            }
            else
            {
                ready.Add((clients[i], found[i].Info!, found[i].Listing!));
            }
        }

        if (ready.Count == 0)
        {
            throw new InputException($"--workers {string.Join("; ", faults)}; start the workers or correct the addresses.");
        }

        if (faults.Count > 0 && distribution == DataDistribution.ShardedByKey)
        {
            throw new InputException($"--workers {string.Join("; ", faults)}; with --distribution sharded-by-key every worker's files count, so all must be there at the start.");
        }

        faults.ForEach(fault => warn($"worker {fault}; going on without it until it comes."));
        return ready;
    }

    private static bool Agrees(RemoteInput input, WorkerClient client, InputListing listing, Action<string> warn)
    {
        try
        {
            input.Require(client.Url, listing);
            return true;
        }
        catch (InstanceFaultException e)
        {
            warn($"worker {client.Url} cannot help: {e.Message}.");
            return false;
        }
    }
}
