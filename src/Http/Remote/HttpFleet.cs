using System.Collections.Concurrent;
using KMeans.Coordination;
using KMeans.Http.Protocol;
using Polly;
using Polly.Retry;

namespace KMeans.Http.Remote;

/// <summary>The workers of a training: those that are there, and those that are looked for until they come or come back.</summary>
internal sealed class HttpFleet : IFleet
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    private readonly IReadOnlyList<WorkerClient> clients;
    private readonly RemoteInput input;
    private readonly InputRequest request;
    private readonly Action<string> warn;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentDictionary<WorkerClient, HttpInstance> present = [];
    private readonly ConcurrentBag<Task> searches = [];
    private readonly CrossingInstance? crossing;
    private Action<IInstance> joined = _ => { };
    private Action<IInstance> left = _ => { };

    /// <summary>Knows who is there.</summary>
    /// <param name="clients">All workers; disposed with the fleet.</param>
    /// <param name="ready">Those that answered, and what they said.</param>
    /// <param name="input">The rows.</param>
    /// <param name="request">What was listed.</param>
    /// <param name="warn">Told of workers that go and come, a line each, from any thread.</param>
    /// <param name="clock">The time.</param>
    public HttpFleet(
        IReadOnlyList<WorkerClient> clients, IEnumerable<(WorkerClient Client, WorkerInfo Info)> ready, RemoteInput input, InputRequest request, Action<string> warn, TimeProvider clock)
    {
        this.clients = clients;
        this.input = input;
        this.request = request;
        this.warn = warn;
        this.clock = clock;
        foreach (var (client, info) in ready)
        {
            present[client] = Instance(client, info);
        }

        crossing = input.Spec.Distribution == DataDistribution.ShardedByKey && input.CrossingBefore() is { } sums ? new CrossingInstance(sums) : null;
        InstanceCount = present.Count;
        ThreadCount = present.Values.Sum(instance => instance.Threads);
    }

    /// <inheritdoc/>
    public int InstanceCount { get; }

    /// <inheritdoc/>
    public int ThreadCount { get; }

    /// <inheritdoc/>
    public void Watch(Action<IInstance> joined, Action<IInstance> left)
    {
        (this.joined, this.left) = (joined, left);
        if (crossing is not null)
        {
            joined(crossing);
        }

        foreach (var client in clients)
        {
            if (present.TryGetValue(client, out var instance))
            {
                joined(instance);
            }
            else
            {
                searches.Add(Search(client, "is here now"));
            }
        }
    }

    /// <summary>Stops looking, tells the workers that it is over, and closes the connections.</summary>
    public void Dispose()
    {
        try
        {
            Task.WhenAll([closing.CancelAsync(), .. searches, .. present.Values.Select(instance => instance.ForgetAsync())]).WaitAsync(Farewell, clock).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            // The result is there; a connection that hangs keeps nobody waiting for it.
        }

        crossing?.Dispose();
        foreach (var client in clients)
        {
            client.Dispose();
        }
    }

    private HttpInstance Instance(WorkerClient client, WorkerInfo info) => new(client, info, input.Spec, input.HereBefore(client.Url), (instance, reason) => Suspect(client, instance, reason));

    /// <summary>A worker failed a block: it gets no more until it answers again, which a worker that is well does at once.</summary>
    private void Suspect(WorkerClient client, HttpInstance instance, string reason)
    {
        if (!closing.IsCancellationRequested && present.TryRemove(new KeyValuePair<WorkerClient, HttpInstance>(client, instance)))
        {
            left(instance);
            warn($"worker {client.Url} failed: {reason.TrimEnd('.')}; its work goes to others until it answers again.");
            searches.Add(Search(client, "is back"));
        }
    }

    /// <summary>Asks until the worker answers and has the files.</summary>
    private async Task Search(WorkerClient client, string news)
    {
        try
        {
            await Task.Delay(FirstWait, clock, closing.Token).ConfigureAwait(false);
            var instance = await Asking(client).ExecuteAsync(async token =>
            {
                var info = await client.InfoAsync(token).ConfigureAwait(false);
                input.Require(client.Url, await client.ListAsync(request, token).ConfigureAwait(false));
                return Instance(client, info);
            }, closing.Token).ConfigureAwait(false);
            present[client] = instance;
            warn($"worker {client.Url} {news}.");
            joined(instance);
        }
        catch (OperationCanceledException)
        {
            // The training is over.
        }
    }

    /// <summary>Asks again after waits that double. A worker that is there but of no use is told of once, and asked at leisure: whoever runs it may see to that while the training goes on.</summary>
    private ResiliencePipeline Asking(WorkerClient client)
    {
        string? told = null;
        return new ResiliencePipelineBuilder { TimeProvider = clock }.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<InstanceFaultException>().Handle<InputException>(),
            MaxRetryAttempts = int.MaxValue,
            Delay = 2 * FirstWait,
            MaxDelay = MostWait,
            BackoffType = DelayBackoffType.Exponential,
            DelayGenerator = attempt => new ValueTask<TimeSpan?>(IsOfNoUse(attempt.Outcome.Exception) ? MostWait : null),
            OnRetry = attempt =>
            {
                if (attempt.Outcome.Exception is { } fault && IsOfNoUse(fault) && told != fault.Message)
                {
                    told = fault.Message;
                    warn($"worker {client.Url} cannot help: {fault.Message.TrimEnd('.')}.");
                }

                return default;
            },
        }).Build();
    }

    private static bool IsOfNoUse(Exception? fault) => fault is InputException or InstanceFaultException { IsTransient: false };
}
