using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace KMeans.Http.Service.Api;

/// <summary>The one address of the reference protocol: POST /, with the operation in X-Amz-Target and its members as JSON in the body.</summary>
/// <param name="table">The operations.</param>
/// <param name="stopping">The service stops.</param>
internal sealed class ApiEndpoint(ApiTable table, CancellationToken stopping)
{
    /// <summary>A request of 20 channels and 100 hyperparameters of the most characters has 300 KB.</summary>
    private const long MostBodyBytes = 1 << 20;

    private const string TargetPrefix = "SageMaker.";

    /// <summary>Puts it into an application.</summary>
    /// <param name="routes">The application.</param>
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/", RunAsync).With(new CallRules(MostBodyBytes, Changes)).ExcludeFromDescription();

    private bool Changes(HttpRequest request)
    {
        var target = request.Headers["X-Amz-Target"].ToString();
        return target.StartsWith(TargetPrefix, StringComparison.Ordinal) && table.Changes(target[TargetPrefix.Length..]);
    }

    private async Task RunAsync(HttpContext http)
    {
        var info = CallInfo.Of(http);
        var target = http.Request.Headers["X-Amz-Target"].ToString();
        if (!target.StartsWith(TargetPrefix, StringComparison.Ordinal))
        {
            throw ApiErrors.UnknownOperation("The header X-Amz-Target must be SageMaker.OPERATION.");
        }

        info.Operation = target[TargetPrefix.Length..];
        var handler = table.Find(info.Operation);
        info.Route = info.Operation;

        // A page in a browser can send other types to other hosts unasked, but not this one.
        if (!(http.Request.ContentType ?? "").StartsWith(Answers.ApiType, StringComparison.OrdinalIgnoreCase))
        {
            throw ApiErrors.Serialization($"The Content-Type must be {Answers.ApiType}.");
        }

        var fields = ApiFields.Parse(((MemoryStream)http.Request.Body).ToArray());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        var answer = await handler(new ApiCall(info.Operation, fields, info, stop.Token)).ConfigureAwait(false);
        await Answers.ApiAsync(http, answer).ConfigureAwait(false);
    }
}
