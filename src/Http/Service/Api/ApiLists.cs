using System.Text.Json.Nodes;
using KMeans.Http.Service.Store;

namespace KMeans.Http.Service.Api;

/// <summary>Lists of the protocol: what they are asked with, and their answers.</summary>
internal static class ApiLists
{
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
}
