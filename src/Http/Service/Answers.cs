using System.Text.Json;
using System.Text.Json.Nodes;
using KMeans.Http.Protocol;
using KMeans.Http.Service.Api;
using Microsoft.AspNetCore.Http;

namespace KMeans.Http.Service;

/// <summary>Writes answers.</summary>
internal static class Answers
{
    /// <summary>The type of the reference protocol's bodies.</summary>
    public const string ApiType = "application/x-amz-json-1.1";

    /// <summary>Where our own endpoints are.</summary>
    public const string OwnPath = "/v1";

    /// <summary>Answers in the reference protocol.</summary>
    /// <param name="http">The call.</param>
    /// <param name="body">The body, or null.</param>
    /// <param name="status">The HTTP status.</param>
    /// <returns>When it is sent.</returns>
    public static Task ApiAsync(HttpContext http, JsonObject? body, int status = StatusCodes.Status200OK)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = ApiType;
        var bytes = body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(body, ServiceJson.Default.JsonObject);
        http.Response.ContentLength = bytes.Length;
        return http.Response.Body.WriteAsync(bytes, http.RequestAborted).AsTask();
    }

    /// <summary>Refuses in the form of the endpoint that was called.</summary>
    /// <param name="http">The call.</param>
    /// <param name="refused">Why.</param>
    /// <returns>When it is sent.</returns>
    public static Task FailAsync(HttpContext http, ApiException refused)
    {
        http.Response.Headers["x-amzn-ErrorType"] = refused.Code;
        if (!http.Request.Path.StartsWithSegments(OwnPath, StringComparison.Ordinal))
        {
            return ApiAsync(http, new JsonObject { ["__type"] = refused.Code, ["message"] = refused.Message }, refused.Status);
        }

        http.Response.StatusCode = refused.Status;
        var transient = refused.Status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status500InternalServerError || refused.Code == "ThrottlingException";
        return http.Response.WriteAsJsonAsync(
            new Problem($"urn:kmeans:{refused.Code}", refused.Code, refused.Status, refused.Message, transient), ProtocolJson.Default.Problem, "application/problem+json", http.RequestAborted);
    }
}
