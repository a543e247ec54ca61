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

    /// <summary>Reads what all lists of the protocol are asked with.</summary>
    /// <param name="fields">The request.</param>
    /// <param name="kind">The kind of records.</param>
    /// <param name="statuses">The statuses that they can have.</param>
    /// <param name="order">What a list is sorted by where the request does not say.</param>
    /// <returns>The query.</returns>
    /// <exception cref="ApiException">A member is wrong.</exception>
    public static RecordQuery Query(ApiFields fields, string kind, IReadOnlyCollection<string> statuses, RecordOrder order = RecordOrder.Created) => new(kind)
    {
        CreatedAfter = fields.Time("CreationTimeAfter"),
        CreatedBefore = fields.Time("CreationTimeBefore"),
        ModifiedAfter = fields.Time("LastModifiedTimeAfter"),
        ModifiedBefore = fields.Time("LastModifiedTimeBefore"),
        NameContains = fields.Text("NameContains", 63),
        Status = fields.Choice("StatusEquals", statuses),
        Order = fields.Choice("SortBy", "Name", "CreationTime", "Status") switch { "Name" => RecordOrder.Name, "Status" => RecordOrder.Status, "CreationTime" => RecordOrder.Created, _ => order },
        Descending = fields.Choice("SortOrder", "Ascending", "Descending") is { } direction ? direction == "Descending" : true,
        Count = (int)(fields.Whole("MaxResults", 1, 100) ?? 10),
        After = fields.Text("NextToken", 8192),
    };

    /// <summary>Makes the answer of a list.</summary>
    /// <param name="page">The page.</param>
    /// <param name="name">The list's member.</param>
    /// <param name="line">Makes a line.</param>
    /// <returns>The answer.</returns>
    public static JsonObject Page(RecordPage page, string name, Func<StoredRecord, JsonObject> line) =>
        new JsonObject { [name] = new JsonArray([.. page.Records.Select(line)]) }.With("NextToken", page.Next);

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
        Page(await store.ListAsync(Query(call.Fields, RecordKinds.TrainingJob, JobStatuses.All)).ConfigureAwait(false), "TrainingJobSummaries", view.Summary);

    private async Task<JsonObject?> StopAsync(ApiCall call)
    {
        var name = call.Info.Subject = call.Fields.RequireName("TrainingJobName");
        await jobs.StopAsync(name).ConfigureAwait(false);
        return null;
    }
}
