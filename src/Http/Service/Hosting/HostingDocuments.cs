using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using KMeans.Http.Service.Store;

namespace KMeans.Http.Service.Hosting;

/// <summary>A model's record: which one it is and where.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Created">When it was made, in milliseconds since 1970: a model that is made again under the name is another.</param>
/// <param name="Place">The s3:// address or the path of its archive or folder.</param>
internal sealed record ModelSource(string Name, long Created, string Place)
{
    /// <summary>What tells it from all others.</summary>
    [JsonIgnore]
    public string Key => $"{Name}@{Created}";
}

/// <summary>What is kept of a model.</summary>
/// <param name="Request">What CreateModel was called with.</param>
/// <param name="Place">Where it is.</param>
internal sealed record ModelDocument(JsonObject Request, string Place)
{
    /// <summary>Reads a record's.</summary>
    /// <param name="record">The record.</param>
    /// <returns>Where the model is.</returns>
    public static ModelSource SourceOf(StoredRecord record) => new(record.Name, record.Created, Of(record).Place);

    /// <summary>Reads a record's.</summary>
    /// <param name="record">The record.</param>
    /// <returns>Its document.</returns>
    public static ModelDocument Of(StoredRecord record) => JsonSerializer.Deserialize(record.Document, HostingJson.Default.ModelDocument)!;
}

/// <summary>A model of an endpoint and its share of the calls.</summary>
/// <param name="Name">The variant's name.</param>
/// <param name="Weight">Its share, relative to the others' weights.</param>
/// <param name="Instances">How many instances were asked for; this service has one of everything.</param>
/// <param name="Model">The model.</param>
internal sealed record Variant(string Name, double Weight, long Instances, ModelSource Model);

/// <summary>What an endpoint answers with.</summary>
/// <param name="Config">The configuration's name.</param>
/// <param name="Id">Differs from all others of the endpoint.</param>
/// <param name="Variants">At least one.</param>
internal sealed record Deployment(string Config, long Id, IReadOnlyList<Variant> Variants);

/// <summary>What is kept of an endpoint.</summary>
internal sealed record EndpointDocument
{
    /// <summary>The configuration that it is to have, or has.</summary>
    public required string Config { get; init; }

    /// <summary>What it answers with; null before the first is loaded.</summary>
    public Deployment? Live { get; init; }

    /// <summary>Why the last configuration could not be loaded, or null.</summary>
    public string? FailureReason { get; init; }

    /// <summary>Reads a record's.</summary>
    /// <param name="record">The record.</param>
    /// <returns>Its document.</returns>
    public static EndpointDocument Of(StoredRecord record) => JsonSerializer.Deserialize(record.Document, HostingJson.Default.EndpointDocument)!;

    /// <summary>Writes it.</summary>
    /// <returns>JSON.</returns>
    public string Write() => JsonSerializer.Serialize(this, HostingJson.Default.EndpointDocument);
}

/// <summary>The JSON of documents, generated at build.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelDocument))]
[JsonSerializable(typeof(EndpointDocument))]
internal sealed partial class HostingJson : JsonSerializerContext;
