using System.Text.Json.Nodes;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Store;
using KMeans.Http.Workers;
using KMeans.Jobs;

namespace KMeans.Http.Service.Jobs;

/// <summary>Creates training jobs and stops them.</summary>
/// <param name="store">The jobs.</param>
/// <param name="board">How far they are.</param>
/// <param name="roots">Where they may read and write.</param>
/// <param name="arn">Makes resources' names.</param>
/// <param name="mostWaiting">The most jobs that are not at their end.</param>
/// <param name="clock">The time.</param>
internal sealed class TrainingJobs(RecordStore store, JobBoard board, DataRoots roots, Arn arn, int mostWaiting, TimeProvider clock)
{
    /// <summary>The tag that gives a job another place in the queue than its age does.</summary>
    public const string PriorityTag = "kmeans:priority";

    /// <summary>Told that there is a new job; set once at the start.</summary>
    public Action Wake { private get; set; } = () => { };

    /// <summary>Creates a job from a request of the reference protocol.</summary>
    /// <param name="fields">The request.</param>
    /// <param name="parent">The tuning job that makes it, or null.</param>
    /// <param name="tuned">What that chose, or null.</param>
    /// <returns>The job; it is stored.</returns>
    /// <exception cref="ApiException">The request is wrong, or the name is taken.</exception>
    /// <exception cref="InputException">The request is wrong.</exception>
    public async Task<StoredRecord> CreateAsync(ApiFields fields, string? parent = null, IReadOnlyDictionary<string, string>? tuned = null)
    {
        var plan = TrainingJobPlan.Parse(fields, roots);
        var document = new TrainingJobDocument { Request = fields.Node, Tuned = tuned };
        return await AddAsync(plan.Name, document, Priority(plan.Tags), plan.Tags, parent).ConfigureAwait(false)
            ?? throw ApiErrors.InUse($"Training job names must be unique within an AWS account and region, and a training job with this name already exists ({arn.Of(RecordKinds.TrainingJob, plan.Name)})");
    }

    /// <summary>Creates a job of a client of our own; creating the same again changes nothing.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="request">What to train.</param>
    /// <returns>The job.</returns>
    /// <exception cref="InputException">The request is wrong, a path is outside the roots, or the name is another job's.</exception>
    public async Task<StoredRecord> CreateAsync(string name, JobRequest request)
    {
        JobName.Require(name);
        var text = JobRequestCodec.Write(request);
        var document = new TrainingJobDocument { Request = Shown(name, request), IsOwn = true, EngineRequest = text };
        return await AddAsync(name, document, 0, new Dictionary<string, string>(), null).ConfigureAwait(false) is { } added ? added
            : await store.FindAsync(RecordKinds.TrainingJob, name).ConfigureAwait(false) is { } there && TrainingJobDocument.Of(there) is { IsOwn: true } known && known.EngineRequest == text ? there
            : throw new InputException($"job '{name}': there is another job of this name; choose another --job.");
    }

    /// <summary>Stops a job: at once where it waits, and as soon as its process hears of it where it runs.</summary>
    /// <param name="name">The job.</param>
    /// <returns>The job as it is then.</returns>
    /// <exception cref="ApiException">There is none, or it is at its end.</exception>
    public async Task<StoredRecord> StopAsync(string name)
    {
        var time = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var record = await store.ChangeAsync(RecordKinds.TrainingJob, name, now =>
        {
            if (now.Ended is not null)
            {
                throw ApiErrors.Validation($"The request was rejected because the training job is in status {now.Status}.");
            }

            var document = TrainingJobDocument.Of(now);
            return now.Status == JobStatuses.Stopping ? null
                : now.Owner is null && document.Started is null
                    ? now with
                    {
                        Status = JobStatuses.Stopped,
                        Detail = JobStatuses.Stopped,
                        Modified = time,
                        Ended = time,
                        Document = (document with { StopReason = JobStatuses.Stopped }).Enter(JobStatuses.Stopped, "Training job stopped", time, isLast: true).Write(),
                    }
                    : now with { Status = JobStatuses.Stopping, Detail = JobStatuses.Stopping, Modified = time, Document = document.Enter(JobStatuses.Stopping, "Stopping the training job", time).Write() };
        }).ConfigureAwait(false) ?? throw ApiErrors.NotFound();
        board.Find(name)?.Stop();
        board.Signal(name);
        return record;
    }

    private async Task<StoredRecord?> AddAsync(string name, TrainingJobDocument document, long priority, IReadOnlyDictionary<string, string> tags, string? parent)
    {
        var (open, _) = await store.CountOpenAsync(RecordKinds.TrainingJob).ConfigureAwait(false);
        if (open >= mostWaiting)
        {
            throw ApiErrors.LimitExceeded($"The account-level service limit 'training jobs that wait' is {mostWaiting}; wait for some to end, or stop some.");
        }

        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var record = new StoredRecord
        {
            Kind = RecordKinds.TrainingJob,
            Name = name,
            Status = JobStatuses.InProgress,
            Detail = SecondaryStatuses.Pending,
            Parent = parent,
            Priority = priority,
            Created = now,
            Modified = now,
            Document = document.Enter(SecondaryStatuses.Starting, "Starting the training job", now).Enter(SecondaryStatuses.Pending, "Waiting for its turn", now).Write(),
        };
        if (!await store.AddAsync(record, tags, arn.Of(record.Kind, name)).ConfigureAwait(false))
        {
            return null;
        }

        Wake();
        return record;
    }

    private static long Priority(IReadOnlyDictionary<string, string> tags) =>
        !tags.TryGetValue(PriorityTag, out var text) ? 0
        : int.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var priority) ? priority
        : throw ApiErrors.Validation($"The tag '{PriorityTag}' must be a whole number: what is higher is begun earlier, and 0 is the default.");

    /// <summary>What a request of our own looks like to a client of the reference protocol.</summary>
    private static JsonObject Shown(string name, JobRequest request) => new()
    {
        ["TrainingJobName"] = name,
        ["HyperParameters"] = new JsonObject { ["k"] = $"{request.Options.ClusterCount}" },
        ["AlgorithmSpecification"] = new JsonObject { ["AlgorithmName"] = "kmeans", ["TrainingInputMode"] = "File" },
        ["ResourceConfig"] = new JsonObject { ["InstanceCount"] = request.Options.Shards, ["VolumeSizeInGB"] = 1 },
    };
}
