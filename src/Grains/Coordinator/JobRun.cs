using System.Text.Json;
using KMeans.Coordination;
using KMeans.Input;
using KMeans.Jobs;
using KMeans.Models;
using KMeans.Training;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace KMeans.Grains;

/// <summary>How a run of a job ended.</summary>
/// <param name="Phase">Finished or failed; running where it was cancelled or another coordinator took over.</param>
/// <param name="Message">Why it failed, or null.</param>
/// <param name="Report">The report as JSON, or null.</param>
/// <param name="IsMachineFault">Whether it failed because machines did, and not because of the user's data or options.</param>
internal sealed record JobEnd(JobPhase Phase, string? Message, string? Report, bool IsMachineFault = false);

/// <summary>What runs of jobs need of their silo.</summary>
/// <param name="Compute">Files and limits.</param>
/// <param name="Grains">Makes references.</param>
/// <param name="Storage">Where checkpoints and models are kept.</param>
/// <param name="Clock">The time.</param>
/// <param name="Log">Told of shards that fail.</param>
internal sealed record JobServices(SiloCompute Compute, IGrainFactory Grains, IGrainStorage Storage, TimeProvider Clock, ILogger<JobRun> Log);

/// <summary>One term of a job on a thread of its own: Core's training over the job's shards, with the checkpoint and then the model in the grain storage.</summary>
internal sealed partial class JobRun : IDisposable
{
    private readonly string id;
    private readonly long epoch;
    private readonly JobRequest request;
    private readonly JobServices services;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stop = new();
    private PassOffers? offers;
    private StrongBox? progress;

    /// <summary>Begins it.</summary>
    /// <param name="id">The job's name.</param>
    /// <param name="epoch">The term.</param>
    /// <param name="request">What to train.</param>
    /// <param name="services">What the silo has.</param>
    public JobRun(string id, long epoch, JobRequest request, JobServices services)
    {
        this.id = id;
        this.epoch = epoch;
        this.request = request;
        this.services = services;
        logger = services.Log;
        Ended = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Completes with the end; never with an error.</summary>
    public Task<JobEnd> Ended { get; }

    /// <summary>How far it is, or null while nothing is known. The same object until something changed.</summary>
    public StrongBox? Progress => Volatile.Read(ref progress);

    /// <summary>Where the job's checkpoint is kept.</summary>
    /// <param name="id">The job's name.</param>
    /// <returns>The folder.</returns>
    public static string CheckpointFolder(string id) => $"{id}/checkpoint";

    /// <summary>Where the job's model is kept.</summary>
    /// <param name="id">The job's name.</param>
    /// <returns>The folder.</returns>
    public static string ModelFolderOf(string id) => $"{id}/model";

    /// <summary>Stops it, within a batch. What is in the checkpoint stays.</summary>
    public void Cancel() => stop.Cancel();

    /// <summary>Stops it; nobody waits for its end.</summary>
    public void Dispose()
    {
        stop.Cancel();
        Ended.ContinueWith(_ => stop.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Gives a chunk of the pass that the job is at.</summary>
    /// <param name="pass">The ticket's name.</param>
    /// <param name="index">The chunk.</param>
    /// <returns>The chunk, or null.</returns>
    public Chunk? Pull(string pass, int index) => Volatile.Read(ref offers)?.Pull(pass, index);

    private JobEnd Run()
    {
        try
        {
            return Train();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new JobEnd(JobPhase.Running, null, null);
        }
#pragma warning disable CA1031 // Whatever ends a job is the job's end, and is told to its user.
        catch (Exception) when (stop.IsCancellationRequested)
        {
            return new JobEnd(JobPhase.Running, null, null);
        }
        catch (Exception e) when (e is InputException or TrainingStoppedException)
        {
            return new JobEnd(JobPhase.Failed, e.Message, null);
        }
        catch (Exception e) when (e is InstanceFaultException or IOException or OutOfMemoryException)
        {
            return new JobEnd(JobPhase.Failed, e.Message, null, IsMachineFault: true);
        }
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFault(id, e);
            return new JobEnd(JobPhase.Failed, $"a fault of the program ({e.GetType().Name}: {e.Message.TrimEnd('.')}); the silo's log has the details.", null, IsMachineFault: true);
        }
    }

    private JobEnd Train()
    {
        var named = FileOrder.Shuffle(services.Compute.Files.Open(request.Paths, request.Format), request.FileOrderSeed);
        using var input = InputSet.Create([.. named.Select(each => each.File)], request.Choice);
        Volatile.Write(ref offers, new PassOffers(id, InputSpec.Of(request.Paths, request.Format, request.Choice, named, input)));
        var limits = services.Compute.Limits;
        var options = request.Options with { Threads = limits.Threads, MemoryLimitBytes = limits.MemoryLimitBytes, Backend = limits.Backend };
        var silos = services.Grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true).WaitAsync(stop.Token).GetAwaiter().GetResult().Count;
        var count = request.Options.Shards > 1 ? request.Options.Shards : Math.Max(1, silos);
        var shards = Enumerable.Range(0, count).Select(i => services.Grains.GetGrain<IShardGrain>(ShardKey.Of(id, i))).ToArray();
        using var fleet = new GrainFleet(shards, limits.Threads * Math.Max(1, silos), offers!, epoch, message => LogShard(id, message), Cancel, services.Clock);
        var result = TrainingJob.Run(input, options, new Progressing(this), control: null, stop.Token, fleet, () => StorageFolder.Open(services.Storage, CheckpointFolder(id)));
        SaveModel(result);
        return new JobEnd(JobPhase.Finished, null, JsonSerializer.Serialize(result.Report, JobJson.Default.TrainingReport));
    }

    /// <summary>Stores the model's files one by one; they are all there before the job is said to be finished.</summary>
    private void SaveModel(TrainingResult result)
    {
        var temporary = Directory.CreateTempSubdirectory("kmeans-model-");
        try
        {
            var folder = Path.Combine(temporary.FullName, "model");
            ModelFolder.Save(folder, result, overwrite: false);
            using var stored = StorageFolder.Open(services.Storage, ModelFolderOf(id));
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                stop.Token.ThrowIfCancellationRequested();
                stored.Write(Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'), stream =>
                {
                    using var content = File.OpenRead(file);
                    content.CopyTo(stream);
                });
            }
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Job}: {Message}")]
    private partial void LogShard(string job, string message);

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job} ended with a fault of the program.")]
    private partial void LogFault(string job, Exception exception);

    /// <summary>A progress that can be swapped in one step.</summary>
    /// <param name="Value">The progress.</param>
    internal sealed record StrongBox(TrainingProgress Value);

    private sealed class Progressing(JobRun run) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => Volatile.Write(ref run.progress, new StrongBox(value));
    }
}
