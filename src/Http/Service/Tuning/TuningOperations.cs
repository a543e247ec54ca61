using System.Text.Json.Nodes;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Jobs;
using KMeans.Http.Service.Store;
using KMeans.Http.Workers;

namespace KMeans.Http.Service.Tuning;

/// <summary>CreateHyperParameterTuningJob and what belongs to it.</summary>
/// <param name="store">The jobs.</param>
/// <param name="board">Tells of changes.</param>
/// <param name="patience">Keeps questions waiting.</param>
/// <param name="roots">Where jobs read and write.</param>
/// <param name="arn">Makes resources' names.</param>
/// <param name="clock">The time.</param>
internal sealed class TuningOperations(RecordStore store, JobBoard board, JobPatience patience, DataRoots roots, Arn arn, TimeProvider clock) : IApiOperations
{
    private const string NameMember = "HyperParameterTuningJobName";
    private const int MostChildren = 1000;
    private readonly TuningView view = new(arn);

    /// <summary>Told that there is a new job; set once at the start.</summary>
    public Action Wake { private get; set; } = () => { };

    /// <inheritdoc/>
    public void AddTo(ApiTable table)
    {
        table.Change("CreateHyperParameterTuningJob", CreateAsync);
        table.Read("DescribeHyperParameterTuningJob", DescribeAsync);
        table.Read("ListHyperParameterTuningJobs", ListAsync);
        table.Change("StopHyperParameterTuningJob", StopAsync);
        table.Read("ListTrainingJobsForHyperParameterTuningJob", ListTrainingJobsAsync);
    }

    private async Task<JsonObject?> CreateAsync(ApiCall call)
    {
        call.Info.Subject = call.Fields.Text(NameMember);
        var plan = TuningPlan.Parse(call.Fields, roots);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var record = new StoredRecord
        {
            Kind = RecordKinds.TuningJob,
            Name = plan.Name,
            Status = JobStatuses.InProgress,
            Created = now,
            Modified = now,
            Document = new TuningJobDocument { Request = call.Fields.Node }.Write(),
        };
        var name = arn.Of(record.Kind, record.Name);
        if (!await store.AddAsync(record, plan.Tags, name).ConfigureAwait(false))
        {
            throw ApiErrors.InUse($"Hyper parameter tuning job names must be unique within an AWS account and region, and one with this name already exists ({name})");
        }

        Wake();
        return new JsonObject { ["HyperParameterTuningJobArn"] = name };
    }

    private async Task<JsonObject?> DescribeAsync(ApiCall call)
    {
        var name = call.Info.Subject = call.Fields.RequireName(NameMember, 32);
        var record = await patience.FindAsync(RecordKinds.TuningJob, name, call.Cancellation).ConfigureAwait(false) ?? throw ApiErrors.NotFound();
        var best = TuningJobDocument.Of(record).Best is { } child ? await store.FindAsync(RecordKinds.TrainingJob, child).ConfigureAwait(false) : null;
        return view.Describe(record, best);
    }

    private async Task<JsonObject?> ListAsync(ApiCall call)
    {
        var query = ApiLists.Query(call.Fields, RecordKinds.TuningJob, JobStatuses.All, RecordOrder.Name) with { WithDocuments = true };
        return ApiLists.Page(await store.ListAsync(query).ConfigureAwait(false), "HyperParameterTuningJobSummaries", view.Summary);
    }

    private async Task<JsonObject?> StopAsync(ApiCall call)
    {
        var name = call.Info.Subject = call.Fields.RequireName(NameMember, 32);
        var time = clock.GetUtcNow().ToUnixTimeMilliseconds();
        _ = await store.ChangeAsync(RecordKinds.TuningJob, name, now => now.Ended is not null
            ? throw ApiErrors.Validation($"The request was rejected because the tuning job is in status {now.Status}.")
            : now.Status == JobStatuses.Stopping ? null : now with { Status = JobStatuses.Stopping, Modified = time }).ConfigureAwait(false) ?? throw ApiErrors.NotFound();
        Wake();
        board.Signal(name);
        return null;
    }

    private async Task<JsonObject?> ListTrainingJobsAsync(ApiCall call)
    {
        var fields = call.Fields;
        var name = call.Info.Subject = fields.RequireName(NameMember, 32);
        var tuning = await store.FindAsync(RecordKinds.TuningJob, name).ConfigureAwait(false) ?? throw ApiErrors.NotFound();
        var byMetric = fields.Choice("SortBy", "Name", "CreationTime", "Status", "FinalObjectiveMetricValue") == "FinalObjectiveMetricValue";
        if (byMetric)
        {
            fields.Node["SortBy"] = "CreationTime";
        }

        var query = ApiLists.Query(fields, RecordKinds.TrainingJob, JobStatuses.All, RecordOrder.Name) with { Parent = name, Descending = fields.Text("SortOrder") == "Descending", WithDocuments = true };
        var page = await store.ListAsync(byMetric ? query with { Count = MostChildren, After = null } : query).ConfigureAwait(false);
        var metric = TuningView.MetricOf(tuning);
        var lines = page.Records.Select(child => (Line: view.Child(child, metric), Value: TuningView.Value(child, metric))).ToList();
        if (!byMetric)
        {
            return new JsonObject { ["TrainingJobSummaries"] = new JsonArray([.. lines.Select(line => line.Line)]) }.With("NextToken", page.Next);
        }

        // Those without a value are last, and left out as the reference product does.
        var sorted = lines.Where(line => line.Value is not null).OrderBy(line => query.Descending ? -line.Value : line.Value).Select(line => line.Line).ToList();
        var skip = query.After is { } after && int.TryParse(PageMark.Read(after).Key, out var position) && position >= 0 ? position : 0;
        var next = skip + query.Count < sorted.Count ? new PageMark($"{skip + query.Count}", "").Write() : null;
        return new JsonObject { ["TrainingJobSummaries"] = new JsonArray([.. sorted.Skip(skip).Take(query.Count)]) }.With("NextToken", next);
    }
}
