using System.Text.Json.Nodes;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Hosting;
using KMeans.Http.Service.Jobs;
using KMeans.Http.Service.Store;
using KMeans.Http.Workers;

namespace KMeans.Http.Service.Transform;

/// <summary>CreateTransformJob and what belongs to it.</summary>
/// <param name="store">The jobs.</param>
/// <param name="patience">Keeps questions waiting for jobs that are about to end.</param>
/// <param name="run">Does the work; told to stop it.</param>
/// <param name="roots">Where jobs may read and write.</param>
/// <param name="arn">Makes resources' names.</param>
/// <param name="clock">The time.</param>
internal sealed class TransformJobOperations(RecordStore store, JobPatience patience, TransformJobRun run, DataRoots roots, Arn arn, TimeProvider clock) : IApiOperations
{
    /// <summary>The members of the request that Describe repeats.</summary>
    private static readonly string[] Echoed =
    [
        "ModelName", "MaxConcurrentTransforms", "ModelClientConfig", "MaxPayloadInMB", "BatchStrategy", "Environment", "TransformInput", "TransformOutput", "DataCaptureConfig", "TransformResources",
        "DataProcessing", "ExperimentConfig",
    ];

    /// <summary>Told that there is a new job; set once at the start.</summary>
    public Action Wake { private get; set; } = () => { };

    /// <inheritdoc/>
    public void AddTo(ApiTable table)
    {
        table.Change("CreateTransformJob", CreateAsync);
        table.Read("DescribeTransformJob", DescribeAsync);
        table.Read("ListTransformJobs", ListAsync);
        table.Change("StopTransformJob", StopAsync);
    }

    private async Task<JsonObject?> CreateAsync(ApiCall call)
    {
        call.Info.Subject = call.Fields.Text("TransformJobName");
        var plan = TransformJobPlan.Parse(call.Fields, roots);
        var model = await store.FindAsync(RecordKinds.Model, plan.Model).ConfigureAwait(false) ?? throw ApiErrors.Validation($"Could not find model \"{arn.Of(RecordKinds.Model, plan.Model)}\".");
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var record = new StoredRecord
        {
            Kind = RecordKinds.TransformJob,
            Name = plan.Name,
            Status = JobStatuses.InProgress,
            Created = now,
            Modified = now,
            Document = new TransformJobDocument { Request = call.Fields.Node, Model = ModelDocument.SourceOf(model) }.Write(),
        };
        if (!await store.AddAsync(record, TrainingJobPlan.ReadTags(call.Fields), arn.Of(record.Kind, plan.Name)).ConfigureAwait(false))
        {
            throw ApiErrors.InUse($"Job name must be unique within an AWS account and region, and a job with this name already exists ({arn.Of(record.Kind, plan.Name)})");
        }

        Wake();
        return new JsonObject { ["TransformJobArn"] = arn.Of(record.Kind, plan.Name) };
    }

    private async Task<JsonObject?> DescribeAsync(ApiCall call)
    {
        var name = call.Info.Subject = call.Fields.RequireName("TransformJobName");
        var record = await patience.FindAsync(RecordKinds.TransformJob, name, call.Cancellation).ConfigureAwait(false) ?? throw ApiErrors.NotFound();
        var document = TransformJobDocument.Of(record);
        return Summary(record).Echo(document.Request, Echoed).With("TransformStartTime", ApiJson.Time(document.Started)).With("FailureReason", document.FailureReason);
    }

    private async Task<JsonObject?> ListAsync(ApiCall call) => ApiLists.Page(
        await store.ListAsync(ApiLists.Query(call.Fields, RecordKinds.TransformJob, JobStatuses.All)).ConfigureAwait(false),
        "TransformJobSummaries",
        record => Summary(record).With("LastModifiedTime", ApiJson.Time(record.Modified)));

    private async Task<JsonObject?> StopAsync(ApiCall call)
    {
        var name = call.Info.Subject = call.Fields.RequireName("TransformJobName");
        var time = clock.GetUtcNow().ToUnixTimeMilliseconds();
        _ = await store.ChangeAsync(RecordKinds.TransformJob, name, now =>
            now.Ended is not null ? throw ApiErrors.Validation($"The request was rejected because the transform job is in status {now.Status}.")
            : now.Owner is null ? now with { Status = JobStatuses.Stopped, Modified = time, Ended = time }
            : now with { Status = JobStatuses.Stopping, Modified = time }).ConfigureAwait(false) ?? throw ApiErrors.NotFound();
        run.Stop(name);
        return null;
    }

    private JsonObject Summary(StoredRecord record) => new JsonObject
    {
        ["TransformJobName"] = record.Name,
        ["TransformJobArn"] = arn.Of(record.Kind, record.Name),
        ["CreationTime"] = ApiJson.Time(record.Created),
        ["TransformJobStatus"] = record.Status,
    }.With("TransformEndTime", ApiJson.Time(record.Ended));
}
