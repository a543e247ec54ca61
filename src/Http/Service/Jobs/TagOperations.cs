using System.Text.Json.Nodes;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Store;

namespace KMeans.Http.Service.Jobs;

/// <summary>AddTags and ListTags, for all kinds of resources.</summary>
/// <param name="store">The resources and their tags.</param>
/// <param name="arn">Reads resources' names.</param>
internal sealed class TagOperations(RecordStore store, Arn arn) : IApiOperations
{
    private const int MostTags = 50;

    /// <inheritdoc/>
    public void AddTo(ApiTable table)
    {
        table.Change("AddTags", AddAsync);
        table.Read("ListTags", ListAsync);
    }

    private async Task<JsonObject?> AddAsync(ApiCall call)
    {
        var resource = await RequireAsync(call).ConfigureAwait(false);
        if (!call.Fields.Has("Tags"))
        {
            throw ApiErrors.Missing("tags");
        }

        var tags = await store.TagAsync(resource, TrainingJobPlan.ReadTags(call.Fields), MostTags).ConfigureAwait(false);
        return new JsonObject { ["Tags"] = List(tags ?? throw ApiErrors.LimitExceeded($"A resource has {MostTags} tags at most.")) };
    }

    private async Task<JsonObject?> ListAsync(ApiCall call)
    {
        var resource = await RequireAsync(call).ConfigureAwait(false);
        call.Fields.Whole("MaxResults", 50, 100);

        // A resource's tags fit one page.
        return new JsonObject { ["Tags"] = List(await store.TagsAsync(resource).ConfigureAwait(false)) };
    }

    private async Task<string> RequireAsync(ApiCall call)
    {
        var resource = call.Info.Subject = call.Fields.RequireText("ResourceArn", 256);
        var (kind, name) = arn.Parse(resource);
        return await store.FindAsync(kind, name).ConfigureAwait(false) is not null ? resource : throw ApiErrors.NotFound();
    }

    private static JsonArray List(IReadOnlyList<(string Tag, string Content)> tags) => new([.. tags.Select(each => new JsonObject { ["Key"] = each.Tag, ["Value"] = each.Content })]);
}
