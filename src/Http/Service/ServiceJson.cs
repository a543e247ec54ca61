using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace KMeans.Http.Service;

/// <summary>The JSON of answers, generated at build.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class ServiceJson : JsonSerializerContext;
