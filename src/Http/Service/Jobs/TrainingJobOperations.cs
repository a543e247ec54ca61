using System.Text.Json.Nodes;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Store;

namespace KMeans.Http.Service.Jobs;

/// <summary>CreateTrainingJob and what belongs to it.</summary>
/// <param name="jobs">Creates and stops jobs.</param>
/// <param name="store">The jobs.</param>
/// <param name="patience">Keeps questions waiting for jobs that are about to end.</param>
/// <param name="arn">Makes resources' names.</param>
internal sealed class TrainingJobOperations(TrainingJobs jobs, RecordStore store, JobPatience patience, Arn arn) : IApiOperations
{
    private readonly TrainingJobView view = new(arn);

    /// <inheritdoc/>
    public void AddTo(ApiTable table)
    {
        table.Change("CreateTrainingJob", CreateAsync);
        table.Read("DescribeTrainingJob", DescribeAsync);
        table.Read("ListTrainingJobs", ListAsync);
        table.Change("StopTrainingJob", StopAsync);
    }

    private async Task<JsonObject?> CreateAsync(ApiCall call)
    {
        call.Info.Subject = call.Fields.Text("TrainingJobName");
        var record = await jobs.CreateAsync(call.Fields).ConfigureAwait(false);
        return new JsonObject { ["TrainingJobArn"] = arn.Of(record.Kind, record.Name) };
    }

    private async Task<JsonObject?> DescribeAsync(ApiCall call)
    {
        var name = call.Info.Subject = call.Fields.RequireName("TrainingJobName");
        return view.Describe(await patience.FindAsync(RecordKinds.TrainingJob, name, call.Cancellation).ConfigureAwait(false) ?? throw ApiErrors.NotFound());
    }

    private async Task<JsonObject?> ListAsync(ApiCall call) =>
        ApiLists.Page(await store.ListAsync(ApiLists.Query(call.Fields, RecordKinds.TrainingJob, JobStatuses.All)).ConfigureAwait(false), "TrainingJobSummaries", view.Summary);

    private async Task<JsonObject?> StopAsync(ApiCall call)
    {
        var name = call.Info.Subject = call.Fields.RequireName("TrainingJobName");
        await jobs.StopAsync(name).ConfigureAwait(false);
        return null;
    }
}
