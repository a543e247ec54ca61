using System.Text.Json.Nodes;

namespace KMeans.Http.Service.Api;

/// <summary>What answers are made of.</summary>
internal static class ApiJson
{
    /// <summary>A moment as the protocol has it: seconds since 1970, with milliseconds.</summary>
    /// <param name="milliseconds">Since 1970, or null.</param>
    /// <returns>A number, or null.</returns>
    public static JsonNode? Time(long? milliseconds) => milliseconds is { } value ? JsonValue.Create(value / 1000m) : null;

    /// <summary>Adds a member where there is a value: in this protocol what is not known is left out.</summary>
    /// <param name="target">The object.</param>
    /// <param name="name">The member.</param>
    /// <param name="value">Its value, or null.</param>
    /// <returns>The object.</returns>
    public static JsonObject With(this JsonObject target, string name, JsonNode? value)
    {
        if (value is not null)
        {
            target[name] = value;
        }

        return target;
    }

    /// <summary>Copies members of a request into an answer, those that are there.</summary>
    /// <param name="target">The answer.</param>
    /// <param name="request">The request.</param>
    /// <param name="names">The members.</param>
    /// <returns>The answer.</returns>
    public static JsonObject Echo(this JsonObject target, JsonObject request, params IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            target.With(name, request[name]?.DeepClone());
        }

        return target;
    }
}
