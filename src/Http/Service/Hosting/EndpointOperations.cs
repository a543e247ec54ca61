using System.Text.Json.Nodes;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Jobs;
using KMeans.Http.Service.Store;

namespace KMeans.Http.Service.Hosting;

/// <summary>CreateEndpoint and what belongs to it.</summary>
/// <param name="store">The endpoints.</param>
/// <param name="host">Serves them.</param>
/// <param name="patience">Keeps questions waiting for endpoints that are about to be in service.</param>
/// <param name="board">Wakes those who wait.</param>
/// <param name="arn">Makes resources' names.</param>
/// <param name="clock">The time.</param>
internal sealed class EndpointOperations(RecordStore store, EndpointHost host, JobPatience patience, JobBoard board, Arn arn, TimeProvider clock) : IApiOperations
{
    /// <summary>Told that there is something to load; set once at the start.</summary>
    public Action Wake { private get; set; } = () => { };

    /// <inheritdoc/>
    public void AddTo(ApiTable table)
    {
        table.Change("CreateEndpoint", CreateAsync);
        table.Change("UpdateEndpoint", UpdateAsync);
        table.Read("DescribeEndpoint", DescribeAsync);
        table.Read("ListEndpoints", ListAsync);
        table.Change("DeleteEndpoint", DeleteAsync);
    }

    private async Task<JsonObject?> CreateAsync(ApiCall call)
    {
        var name = call.Info.Subject = call.Fields.RequireName("EndpointName");
        var config = await RequireConfigAsync(call.Fields).ConfigureAwait(false);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var record = new StoredRecord
        {
            Kind = RecordKinds.Endpoint,
            Name = name,
            Status = EndpointStatuses.Creating,
            Created = now,
            Modified = now,
            Document = new EndpointDocument { Config = config }.Write(),
        };
        if (!await store.AddAsync(record, TrainingJobPlan.ReadTags(call.Fields), arn.Of(record.Kind, name)).ConfigureAwait(false))
        {
            throw ApiErrors.Validation($"Cannot create already existing endpoint \"{arn.Of(record.Kind, name)}\".");
        }

        Wake();
        return new JsonObject { ["EndpointArn"] = arn.Of(record.Kind, name) };
    }

    private async Task<JsonObject?> UpdateAsync(ApiCall call)
    {
        var name = call.Info.Subject = call.Fields.RequireName("EndpointName");
        var config = await RequireConfigAsync(call.Fields).ConfigureAwait(false);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        _ = await store.ChangeAsync(RecordKinds.Endpoint, name, record =>
        {
            if (record.Ended is null)
            {
                throw ApiErrors.Validation($"Cannot update endpoint \"{arn.Of(record.Kind, name)}\" while it is in status {record.Status}.");
            }

            // One that failed has nothing to go on answering with.
            var document = EndpointDocument.Of(record) with { Config = config, FailureReason = null };
            return record with { Status = document.Live is null ? EndpointStatuses.Creating : EndpointStatuses.Updating, Document = document.Write(), Modified = now, Ended = null };
        }).ConfigureAwait(false) ?? throw NotFound(name);
        Wake();
        return new JsonObject { ["EndpointArn"] = arn.Of(RecordKinds.Endpoint, name) };
    }

    private async Task<JsonObject?> DescribeAsync(ApiCall call)
    {
        var name = call.Info.Subject = call.Fields.RequireName("EndpointName");
        var record = await patience.FindAsync(RecordKinds.Endpoint, name, call.Cancellation).ConfigureAwait(false) ?? throw NotFound(name);
        var document = EndpointDocument.Of(record);
        var answer = Summary(record).With("EndpointConfigName", document.Live?.Config ?? document.Config).With("FailureReason", document.FailureReason);
        if (document.Live is { } live)
        {
            answer["ProductionVariants"] = new JsonArray([.. live.Variants.Select(variant => new JsonObject
            {
                ["VariantName"] = variant.Name,
                ["CurrentWeight"] = variant.Weight,
                ["DesiredWeight"] = variant.Weight,
                ["CurrentInstanceCount"] = variant.Instances,
                ["DesiredInstanceCount"] = variant.Instances,
            })]);
        }

        return answer;
    }

    private async Task<JsonObject?> ListAsync(ApiCall call) => ApiLists.Page(
        await store.ListAsync(ApiLists.Query(call.Fields, RecordKinds.Endpoint, EndpointStatuses.All)).ConfigureAwait(false), "Endpoints", Summary);

    private async Task<JsonObject?> DeleteAsync(ApiCall call)
    {
        var name = call.Info.Subject = call.Fields.RequireName("EndpointName");
        if (!await store.DeleteAsync(RecordKinds.Endpoint, name, arn.Of(RecordKinds.Endpoint, name)).ConfigureAwait(false))
        {
            throw NotFound(name);
        }

        host.Remove(name);
        board.Signal(name);
        return null;
    }

    private JsonObject Summary(StoredRecord record) => new()
    {
        ["EndpointName"] = record.Name,
        ["EndpointArn"] = arn.Of(record.Kind, record.Name),
        ["CreationTime"] = ApiJson.Time(record.Created),
        ["LastModifiedTime"] = ApiJson.Time(record.Modified),
        ["EndpointStatus"] = record.Status,
    };

    private async Task<string> RequireConfigAsync(ApiFields fields)
    {
        var config = fields.RequireName("EndpointConfigName");
        return await store.FindAsync(RecordKinds.EndpointConfig, config).ConfigureAwait(false) is not null
            ? config
            : throw ApiErrors.Validation($"Could not find endpoint configuration \"{arn.Of(RecordKinds.EndpointConfig, config)}\".");
    }

    private ApiException NotFound(string name) => ApiErrors.Validation($"Could not find endpoint \"{arn.Of(RecordKinds.Endpoint, name)}\".");
}
