using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Jobs;
using KMeans.Http.Service.Store;
using KMeans.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace KMeans.Http.Service.Own;

/// <summary>What is ours: jobs as JSON with their progress, and as events for those who watch, for our own client and the web page.</summary>
/// <param name="jobs">Creates and stops jobs.</param>
/// <param name="store">The jobs.</param>
/// <param name="board">How far those are that run here.</param>
/// <param name="models">The files of models.</param>
/// <param name="curves">Compares jobs.</param>
/// <param name="clock">The time.</param>
/// <param name="stopping">The service stops.</param>
internal sealed class OwnEndpoints(TrainingJobs jobs, RecordStore store, JobBoard board, ModelFiles models, CostCurves curves, TimeProvider clock, CancellationToken stopping)
{
    private const string JobsPath = Answers.OwnPath + "/jobs";
    private const string JobPath = JobsPath + "/{id}";

    /// <summary>A silent connection is closed by those between; and a job that another process runs is looked at so often.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    /// <summary>Those who watch hear so often at most.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>Puts them into an application.</summary>
    /// <param name="routes">The application.</param>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(JobsPath, ListAsync).With(CallRules.Look).WithName("ListJobs").WithSummary("Lists jobs, the latest first.").Produces<JobPage>();
        routes.MapPut(JobPath, SubmitAsync).With(CallRules.Change(JobRequestCodec.MostCharacters)).WithName("SubmitJob")
            .WithSummary("Submits a job. Sending the same one again under the same name changes nothing.").Accepts<JobRequest>("application/json").Produces<JobView>();
        routes.MapGet(JobPath, StatusAsync).With(CallRules.Look).WithName("GetJob").WithSummary("Tells of a job.").Produces<JobView>();
        routes.MapPost(JobPath + "/stop", StopAsync).With(CallRules.Change()).WithName("StopJob").WithSummary("Stops a job.").Produces<JobView>();
        routes.MapGet(JobPath + "/events", EventsAsync).With(CallRules.Look).WithName("WatchJob")
            .WithSummary("Follows a job to its end, as server-sent events: each is the job as it is then, with the progress since the one before.").Produces<JobView>(200, "text/event-stream");
        routes.MapGet(JobPath + "/curve", CurveAsync).With(CallRules.Look).WithName("GetCurve")
            .WithSummary("Gives the cost over k: of the finished jobs of the same tuning job, or else of the latest finished jobs of the same input.").Produces<CurveView>();
        routes.MapGet(JobPath + "/model", ModelAsync).With(CallRules.Look).WithName("ListModel").WithSummary("Lists the files of a finished job's model.").Produces<ModelListing>();
        routes.MapGet(JobPath + "/model/{**file}", FileAsync).With(CallRules.Look).WithName("GetModelFile").WithSummary("Gives a file of a finished job's model.").Produces(200, contentType: "application/octet-stream");
    }

    private async Task<JsonHttpResult<JobPage>> ListAsync(HttpContext http, string? after, int? count, string? status, string? parent, string? nameContains, bool? figures)
    {
        if (count is < 1 or > 100)
        {
            throw ApiErrors.Validation("count: takes 1 to 100.");
        }

        var page = await store.ListAsync(new RecordQuery(RecordKinds.TrainingJob) { After = after, Count = count ?? 50, Descending = true, Status = status, Parent = parent, NameContains = nameContains, WithDocuments = figures == true }).ConfigureAwait(false);
        var views = page.Records.Select(record => figures == true ? Whole(record, long.MaxValue) with { Transitions = null, Metrics = null, History = null, Placement = null } : Brief(record)).ToList();
        return TypedResults.Json(new JobPage(views, page.Next), OwnJson.Default.JobPage);
    }

    private async Task<JsonHttpResult<CurveView>> CurveAsync(HttpContext http, string id) =>
        TypedResults.Json(await curves.OfAsync(await RequireAsync(http, id).ConfigureAwait(false)).ConfigureAwait(false), OwnJson.Default.CurveView);

    private async Task<JsonHttpResult<JobView>> SubmitAsync(HttpContext http, string id)
    {
        CallInfo.Of(http).Subject = id;
        if (!(http.Request.ContentType ?? "").StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            throw ApiErrors.Serialization("The Content-Type must be application/json.");
        }

        var request = JobRequestCodec.Read(Encoding.UTF8.GetString(((MemoryStream)http.Request.Body).ToArray()));
        return TypedResults.Json(Whole(await jobs.CreateAsync(id, request).ConfigureAwait(false), 0), OwnJson.Default.JobView);
    }

    private async Task<JsonHttpResult<JobView>> StatusAsync(HttpContext http, string id) => TypedResults.Json(Whole(await RequireAsync(http, id).ConfigureAwait(false), 0), OwnJson.Default.JobView);

    private async Task<JsonHttpResult<JobView>> StopAsync(HttpContext http, string id)
    {
        var record = await RequireAsync(http, id).ConfigureAwait(false);
        if (record.Ended is null)
        {
            await jobs.StopAsync(id).ConfigureAwait(false);

            // Its process hears of it at once where it is this one.
            var began = clock.GetTimestamp();
            while ((record = await RequireAsync(http, id).ConfigureAwait(false)).Ended is null && clock.GetElapsedTime(began) < TimeSpan.FromSeconds(20))
            {
                await board.Changed(id).WaitAsync(Beat, clock, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                http.RequestAborted.ThrowIfCancellationRequested();
            }
        }

        return TypedResults.Json(Whole(record, 0), OwnJson.Default.JobView);
    }

    private async Task EventsAsync(HttpContext http, string id)
    {
        await RequireAsync(http, id).ConfigureAwait(false);
        http.Response.ContentType = "text/event-stream";
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        var (version, since) = (0L, 0L);
        while (!stop.IsCancellationRequested)
        {
            var changed = board.Changed(id);
            var view = Whole(await RequireAsync(http, id).ConfigureAwait(false), since);
            if (view.Version != version || view.History is { Count: > 0 })
            {
                version = view.Version;
                since = view.History is [.., var last] ? last.Time : since;
                await SendAsync(http, $"event: job\nid: {version}\ndata: {JsonSerializer.Serialize(view, OwnJson.Default.JobView)}\n\n", stop.Token).ConfigureAwait(false);
            }
            else
            {
                await SendAsync(http, ":\n\n", stop.Token).ConfigureAwait(false);
            }

            if (view.State != JobState.Running)
            {
                board.Signal(id);
                return;
            }

            await changed.WaitAsync(Beat, clock, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(Pace, clock, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task SendAsync(HttpContext http, string text, CancellationToken stop)
    {
        await http.Response.WriteAsync(text, stop).ConfigureAwait(false);
        await http.Response.Body.FlushAsync(stop).ConfigureAwait(false);
    }

    private async Task<JsonHttpResult<ModelListing>> ModelAsync(HttpContext http, string id)
    {
        await RequireFinishedAsync(http, id).ConfigureAwait(false);
        var files = await models.ListAsync(id).ConfigureAwait(false);
        return TypedResults.Json(new ModelListing(files), OwnJson.Default.ModelListing);
    }

    private async Task<PhysicalFileHttpResult> FileAsync(HttpContext http, string id, string file)
    {
        await RequireFinishedAsync(http, id).ConfigureAwait(false);
        return TypedResults.PhysicalFile(await models.FindAsync(id, file).ConfigureAwait(false), "application/octet-stream");
    }

    private async Task RequireFinishedAsync(HttpContext http, string id)
    {
        var record = await RequireAsync(http, id).ConfigureAwait(false);
        if (TrainingJobDocument.Of(record).Report is null)
        {
            throw ApiErrors.Validation($"job '{id}': is {StateOf(record.Status).ToString().ToLowerInvariant()}, so it has no model; kmeans watch tells when it is finished.");
        }
    }

    private async Task<StoredRecord> RequireAsync(HttpContext http, string id)
    {
        CallInfo.Of(http).Subject = id;
        return await store.FindAsync(RecordKinds.TrainingJob, id).ConfigureAwait(false)
            ?? throw new ApiException("ResourceNotFound", $"job '{id}': there is none of that name; kmeans list shows the jobs.", StatusCodes.Status404NotFound);
    }

    private JobView Brief(StoredRecord record) => new()
    {
        Id = record.Name,
        State = StateOf(record.Status),
        Status = record.Status,
        Detail = record.Detail,
        Version = record.Version,
        Submitted = DateTimeOffset.FromUnixTimeMilliseconds(record.Created),
        Ended = Time(record.Ended),
        Parent = record.Parent,
        Progress = record.Ended is null && board.Find(record.Name)?.History is [.., var last] ? last : null,
    };

    private JobView Whole(StoredRecord record, long since)
    {
        var document = TrainingJobDocument.Of(record);
        var track = record.Ended is null ? board.Find(record.Name) : null;
        var history = track?.History ?? document.History;
        return Brief(record) with
        {
            Epoch = document.Terms,
            Started = Time(document.Started),
            Message = document.FailureReason,
            Report = document.Report,
            Metrics = document.Metrics,
            Transitions = document.Transitions,
            Hyperparameters = (document.Request["HyperParameters"] as JsonObject)?.ToDictionary(member => member.Key, member => member.Value?.ToString() ?? "", StringComparer.Ordinal),
            History = [.. history.Where(sample => sample.Time > since)],
            Placement = track?.Placement ?? document.Placement,
        };
    }

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null;

    private static JobState StateOf(string status) => status switch
    {
        JobStatuses.Completed => JobState.Finished,
        JobStatuses.Failed => JobState.Failed,
        JobStatuses.Stopped => JobState.Stopped,
        _ => JobState.Running,
    };
}
