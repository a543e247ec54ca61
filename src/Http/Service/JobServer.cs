using KMeans.Http.Page;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Hosting;
using KMeans.Http.Service.Jobs;
using KMeans.Http.Service.Own;
using KMeans.Http.Service.Security;
using KMeans.Http.Service.Store;
using KMeans.Http.Service.Transform;
using KMeans.Http.Service.Tuning;
using KMeans.Http.Workers;
using KMeans.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace KMeans.Http.Service;

/// <summary>The service without its listener: the store, the queue, and the endpoints, over any engine. A program of its own hosts it, and so does a silo.</summary>
internal sealed class JobServer : IAsyncDisposable
{
    /// <summary>The description of our own endpoints.</summary>
    public const string OpenApiPath = Answers.OwnPath + "/openapi.json";

    /// <summary>A tuning job only waits for its training jobs, so many may do so.</summary>
    private const int MostTunings = 100;

    private readonly RecordStore store;
    private readonly WorkLoop work;
    private readonly WorkLoop deployments;
    private readonly WorkLoop transforms;
    private readonly InvocationEndpoint invocations;
    private readonly WorkLoop tuning;
    private readonly CallGuard guard;
    private readonly ServiceMetrics metrics;
    private readonly ApiEndpoint api;
    private readonly OwnEndpoints own;
    private readonly IJobService engine;
    private readonly FileStream hold;
    private readonly CancellationTokenSource stopping = new();

    private JobServer(ServiceOptions options, AccessKeys keys, RecordStore store, IJobService engine, DataRoots roots, FileStream hold, Action<string> log)
    {
        var clock = TimeProvider.System;
        (this.store, this.engine, this.hold) = (store, engine, hold);
        metrics = new ServiceMetrics();
        var audit = new AuditLog(options.AuditLogPath ?? Path.Combine(options.StateFolder, "audit.log"), log, options.Names.AuditLog);
        guard = new CallGuard(options, keys, new SignatureGate(keys, store, clock), audit, metrics, clock, log);
        var arn = new Arn(options.Region, options.Account);
        var board = new JobBoard(clock);
        var jobs = new TrainingJobs(store, board, roots, arn, options.MostWaiting, clock);
        var input = new TrainingJobInput(roots);
        var output = new TrainingJobOutput(roots, ScratchOf(options), options.Threads);
        var run = new TrainingJobRun(store, board, engine, input, output, metrics, clock, log);
        var owner = Guid.NewGuid().ToString("n");
        work = new WorkLoop(store, RecordKinds.TrainingJob, owner, options.Concurrency, run.RunAsync, name => board.Find(name)?.Stop(), clock, log);
        jobs.Wake = work.Wake;
        var table = new ApiTable();
        var patience = new JobPatience(store, board, options.LongPoll, options.Concurrency, clock);
        new TrainingJobOperations(jobs, store, patience, arn).AddTo(table);
        new TagOperations(store, arn).AddTo(table);

        // Endpoints and transform jobs have boards of their own: a job and an endpoint may have one name.
        var shelf = new ModelShelf(roots);
        var host = new EndpointHost(store, shelf, clock, log);
        var endpointBoard = new JobBoard(clock);
        deployments = new WorkLoop(store, RecordKinds.Endpoint, owner, 1, new EndpointDeployment(store, host, endpointBoard, clock, log).RunAsync, _ => { }, clock, log);
        new HostingOperations(store, roots, arn, clock).AddTo(table);
        new EndpointOperations(store, host, new JobPatience(store, endpointBoard, options.LongPoll, 1, clock), endpointBoard, arn, clock) { Wake = deployments.Wake }.AddTo(table);
        invocations = new InvocationEndpoint(host);
        var transformBoard = new JobBoard(clock);
        var transform = new TransformJobRun(store, transformBoard, shelf, new TransformFiles(input, options.Threads ?? Environment.ProcessorCount), clock, log);
        transforms = new WorkLoop(store, RecordKinds.TransformJob, owner, options.Concurrency, transform.RunAsync, transform.Stop, clock, log);
        new TransformJobOperations(store, new JobPatience(store, transformBoard, options.LongPoll, options.Concurrency, clock), transform, roots, arn, clock) { Wake = transforms.Wake }.AddTo(table);
        tuning = new WorkLoop(store, RecordKinds.TuningJob, owner, MostTunings, new TuningRun(store, board, jobs, roots, clock).RunAsync, board.Signal, clock, log);
        new TuningOperations(store, board, patience, roots, arn, clock) { Wake = tuning.Wake }.AddTo(table);
        api = new ApiEndpoint(table, stopping.Token);
        own = new OwnEndpoints(jobs, store, board, new ModelFiles(engine, Path.Combine(options.StateFolder, "models")), new CostCurves(store), clock, stopping.Token);
    }

    /// <summary>Opens the store and puts everything together; nothing runs yet.</summary>
    /// <param name="options">What the service is told.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="roots">Where jobs read and write.</param>
    /// <param name="makeEngine">Makes who trains; disposed with the server.</param>
    /// <param name="log">Told of faults.</param>
    /// <returns>The server.</returns>
    /// <exception cref="InputException">The state folder or the store cannot be used.</exception>
    public static async Task<JobServer> OpenAsync(ServiceOptions options, AccessKeys keys, DataRoots roots, Func<IJobService> makeEngine, Action<string> log)
    {
        options.Require();
        var hold = Hold(options);
        RecordStore? store = null;
        try
        {
            store = await RecordStore.OpenAsync(Database.Open(options.Store, options.StateFolder, options.Names.Store), CancellationToken.None).ConfigureAwait(false);
            if (store.IsExclusive)
            {
                // Whoever had work held the folder.
                await store.ReleaseAllAsync().ConfigureAwait(false);
            }

            if (Directory.Exists(ScratchOf(options)))
            {
                Directory.Delete(ScratchOf(options), recursive: true);
            }

            Directory.CreateDirectory(ScratchOf(options));
            return new JobServer(options, keys, store, makeEngine(), roots, hold, log);
        }
        catch
        {
            if (store is not null)
            {
                await store.DisposeAsync().ConfigureAwait(false);
            }

            await hold.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Bounds what connections may send, whoever listens.</summary>
    /// <param name="limits">The listener's.</param>
    public static void Limit(KestrelServerLimits limits) => ListeningServer.Bound(limits, connections: 4096, headers: 64, headerBytes: 32 << 10);

    /// <summary>Adds what the endpoints need.</summary>
    /// <param name="services">The application's.</param>
    public static void Add(IServiceCollection services)
    {
        services.AddRoutingCore();
        services.AddOpenApi(options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "kmeans serve",
                Version = typeof(JobServer).Assembly.GetName().Version!.ToString(3),
                Description = "The service's own endpoints: jobs, their progress and their models. The reference product's clients use POST / beside them. Requests carry the service's token as 'Authorization: Bearer TOKEN', or are signed (Signature Version 4, service sagemaker).",
            };
            return Task.CompletedTask;
        }));

        // What cannot be bound is refused as everything else is.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);

        // The document describes what the endpoints write.
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, OwnJson.Default));
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(1, JobJson.Default));
    }

    /// <summary>Puts the endpoints into an application, and the guard before them.</summary>
    /// <param name="app">The application; its own endpoints say by <see cref="CallRules"/> who may call them.</param>
    /// <param name="mapsHealth">Whether probes are answered here, and not by the application itself.</param>
    public void Map(WebApplication app, bool mapsHealth = true)
    {
        app.UseRouting();
        app.Use((http, next) => guard.RunAsync(http, next));
        api.Map(app);
        own.Map(app);
        invocations.Map(app);
        PageEndpoints.Map(app);
        app.MapOpenApi(OpenApiPath).With(CallRules.Open);
        if (mapsHealth)
        {
            new HealthEndpoints(store, stopping.Token).Map(app);
        }
    }

    /// <summary>Begins to run jobs.</summary>
    public void Start()
    {
        work.Start();
        deployments.Start();
        transforms.Start();
        tuning.Start();
    }

    /// <summary>Takes no more calls, answers those that wait, and lets jobs rest.</summary>
    public void Stop()
    {
        guard.Stop();
        stopping.Cancel();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Stop();
        await tuning.DisposeAsync().ConfigureAwait(false);
        await work.DisposeAsync().ConfigureAwait(false);
        await deployments.DisposeAsync().ConfigureAwait(false);
        await transforms.DisposeAsync().ConfigureAwait(false);
        await engine.DisposeAsync().ConfigureAwait(false);
        await guard.DisposeAsync().ConfigureAwait(false);
        await store.DisposeAsync().ConfigureAwait(false);
        metrics.Dispose();
        stopping.Dispose();
        await hold.DisposeAsync().ConfigureAwait(false);
    }

    private static string ScratchOf(ServiceOptions options) => Path.Combine(options.StateFolder, "scratch");

    private static FileStream Hold(ServiceOptions options)
    {
        var folder = options.StateFolder;
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{options.Names.State} {folder}: cannot be used ({e.Message.TrimEnd('.')}); another service may have it, so stop that, or name another folder.", e);
        }
    }
}
