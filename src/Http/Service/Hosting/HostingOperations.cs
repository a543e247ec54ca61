using System.Text.Json;
using System.Text.Json.Nodes;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Jobs;
using KMeans.Http.Service.Store;
using KMeans.Http.Workers;
using KMeans.Storage;

namespace KMeans.Http.Service.Hosting;

/// <summary>CreateModel, CreateEndpointConfig, and what looks at them and deletes them.</summary>
/// <param name="store">The models and configurations.</param>
/// <param name="roots">Where models may be.</param>
/// <param name="arn">Makes resources' names.</param>
/// <param name="clock">The time.</param>
internal sealed class HostingOperations(RecordStore store, DataRoots roots, Arn arn, TimeProvider clock) : IApiOperations
{
    /// <summary>Models and configurations are what they are from the beginning.</summary>
    private const string Available = "Available";

    /// <inheritdoc/>
    public void AddTo(ApiTable table)
    {
        table.Change("CreateModel", CreateModelAsync);
        table.Read("DescribeModel", DescribeModelAsync);
        table.Read("ListModels", call => ListAsync(call, RecordKinds.Model, "Model"));
        table.Change("DeleteModel", call => DeleteAsync(call, RecordKinds.Model, "ModelName", "model"));
        table.Change("CreateEndpointConfig", CreateConfigAsync);
        table.Read("DescribeEndpointConfig", DescribeConfigAsync);
        table.Read("ListEndpointConfigs", call => ListAsync(call, RecordKinds.EndpointConfig, "EndpointConfig"));
        table.Change("DeleteEndpointConfig", call => DeleteAsync(call, RecordKinds.EndpointConfig, "EndpointConfigName", "endpoint configuration"));
    }

    private async Task<JsonObject?> CreateModelAsync(ApiCall call)
    {
        var fields = call.Fields;
        var name = call.Info.Subject = fields.RequireName("ModelName");
        fields.Text("ExecutionRoleArn", 2048);
        var containers = fields.Objects("Containers", 15);
        var container = fields.Object("PrimaryContainer") ?? (containers.Count == 1 ? containers[0] : null)
            ?? throw ApiErrors.Validation(containers.Count > 1 ? "This service serves models of one container; give a PrimaryContainer." : "Give a PrimaryContainer with Image and ModelDataUrl.");
        container.Choice("Mode", "SingleModel");
        TrainingJobPlan.RequireImage(container.RequireText("Image", 255));
        var place = TrainingJobPlan.Place(container.RequireText("ModelDataUrl"), "primaryContainer.modelDataUrl", roots);
        if (!await Task.Run(() => ObjectStores.FileExists(place) || ObjectStores.FolderExists(place)).ConfigureAwait(false))
        {
            throw ApiErrors.Validation($"Could not find model data at {place}.");
        }

        await AddAsync(RecordKinds.Model, name, JsonSerializer.Serialize(new ModelDocument(fields.Node, place), HostingJson.Default.ModelDocument), fields, "model").ConfigureAwait(false);
        return new JsonObject { ["ModelArn"] = arn.Of(RecordKinds.Model, name) };
    }

    private async Task<JsonObject?> DescribeModelAsync(ApiCall call)
    {
        var record = await RequireAsync(call, RecordKinds.Model, "ModelName", "model").ConfigureAwait(false);
        return new JsonObject
        {
            ["ModelName"] = record.Name,
            ["ModelArn"] = arn.Of(record.Kind, record.Name),
            ["CreationTime"] = ApiJson.Time(record.Created),
            ["EnableNetworkIsolation"] = false,
        }.Echo(ModelDocument.Of(record).Request, "PrimaryContainer", "Containers", "InferenceExecutionConfig", "ExecutionRoleArn", "VpcConfig", "EnableNetworkIsolation");
    }

    private async Task<JsonObject?> CreateConfigAsync(ApiCall call)
    {
        call.Info.Subject = call.Fields.Text("EndpointConfigName");
        var plan = EndpointConfigPlan.Parse(call.Fields);
        foreach (var variant in plan.Variants)
        {
            _ = await store.FindAsync(RecordKinds.Model, variant.Model).ConfigureAwait(false) ?? throw ApiErrors.Validation($"Could not find model \"{arn.Of(RecordKinds.Model, variant.Model)}\".");
        }

        await AddAsync(RecordKinds.EndpointConfig, plan.Name, call.Fields.Node.ToJsonString(), call.Fields, "endpoint configuration").ConfigureAwait(false);
        return new JsonObject { ["EndpointConfigArn"] = arn.Of(RecordKinds.EndpointConfig, plan.Name) };
    }

    private async Task<JsonObject?> DescribeConfigAsync(ApiCall call)
    {
        var record = await RequireAsync(call, RecordKinds.EndpointConfig, "EndpointConfigName", "endpoint configuration").ConfigureAwait(false);
        return new JsonObject
        {
            ["EndpointConfigName"] = record.Name,
            ["EndpointConfigArn"] = arn.Of(record.Kind, record.Name),
            ["CreationTime"] = ApiJson.Time(record.Created),
        }.Echo(EndpointConfigPlan.Stored(record).Node, "ProductionVariants", "DataCaptureConfig", "KmsKeyId", "AsyncInferenceConfig", "ExplainerConfig", "ShadowProductionVariants");
    }

    private async Task<JsonObject?> ListAsync(ApiCall call, string kind, string noun) => ApiLists.Page(
        await store.ListAsync(ApiLists.Query(call.Fields, kind, [Available])).ConfigureAwait(false), noun + "s", record => new JsonObject
        {
            [noun + "Name"] = record.Name,
            [noun + "Arn"] = arn.Of(kind, record.Name),
            ["CreationTime"] = ApiJson.Time(record.Created),
        });

    private async Task<JsonObject?> DeleteAsync(ApiCall call, string kind, string member, string what)
    {
        var record = await RequireAsync(call, kind, member, what).ConfigureAwait(false);
        return await store.DeleteAsync(kind, record.Name, arn.Of(kind, record.Name)).ConfigureAwait(false) ? null : throw NotFound(kind, record.Name, what);
    }

    private async Task AddAsync(string kind, string name, string document, ApiFields fields, string what)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var record = new StoredRecord { Kind = kind, Name = name, Status = Available, Created = now, Modified = now, Ended = now, Document = document };
        if (!await store.AddAsync(record, TrainingJobPlan.ReadTags(fields), arn.Of(kind, name)).ConfigureAwait(false))
        {
            throw ApiErrors.Validation($"Cannot create already existing {what} \"{arn.Of(kind, name)}\".");
        }
    }

    private async Task<StoredRecord> RequireAsync(ApiCall call, string kind, string member, string what)
    {
        var name = call.Info.Subject = call.Fields.RequireName(member);
        return await store.FindAsync(kind, name).ConfigureAwait(false) ?? throw NotFound(kind, name, what);
    }

    private ApiException NotFound(string kind, string name, string what) => ApiErrors.Validation($"Could not find {what} \"{arn.Of(kind, name)}\".");
}
