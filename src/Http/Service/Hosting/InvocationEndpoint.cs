using System.Text.Json.Nodes;
using KMeans.Http.Inference;
using KMeans.Http.Service.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace KMeans.Http.Service.Hosting;

/// <summary>InvokeEndpoint: rows in, clusters out, in the formats and words of <see cref="Invocation"/>. What the model refuses is the reference product's ModelError.</summary>
/// <param name="host">The endpoints.</param>
internal sealed class InvocationEndpoint(EndpointHost host)
{
    /// <summary>The reference product's largest body.</summary>
    public const int MostBodyBytes = 6 << 20;

    /// <summary>Calls that are answered at a time: bounds what bodies take of memory.</summary>
    private const int MostCalls = 256;

    private int running;

    /// <summary>Puts it into an application.</summary>
    /// <param name="routes">The application.</param>
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/endpoints/{name}/invocations", RunAsync).With(new CallRules(MostBodyBytes, _ => false)).ExcludeFromDescription();

    private async Task RunAsync(HttpContext http)
    {
        var info = CallInfo.Of(http);
        var name = info.Subject = http.GetRouteValue("name")!.ToString()!;
        info.Operation = "InvokeEndpoint";
        try
        {
            if (Interlocked.Increment(ref running) > MostCalls)
            {
                throw ApiErrors.Unavailable("The endpoints answer as many calls as they can; call again.");
            }

            var variant = http.Request.Headers["X-Amzn-SageMaker-Target-Variant"].ToString();
            var (model, answering) = await host.HoldAsync(name, variant.Length > 0 ? variant : null).ConfigureAwait(false);
            try
            {
                http.Response.Headers["x-Amzn-Invoked-Production-Variant"] = answering;
                await Invocation.AnswerAsync(http, model.Model, ((MemoryStream)http.Request.Body).ToArray()).ConfigureAwait(false);
            }
            finally
            {
                model.Release();
            }
        }
        catch (InvocationException e)
        {
            info.Error = "ModelError";
            await RefuseAsync(http, e).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }

    private static Task RefuseAsync(HttpContext http, InvocationException refused)
    {
        http.Response.Headers["x-amzn-ErrorType"] = "ModelError";
        return Answers.ApiAsync(
            http,
            new JsonObject
            {
                ["__type"] = "ModelError",
                ["Message"] = $"Received client error ({refused.Status}) from primary with message \"{refused.Message}\".",
                ["OriginalStatusCode"] = refused.Status,
                ["OriginalMessage"] = refused.Message,
                ["LogStreamArn"] = "",
            },
            StatusCodes.Status424FailedDependency);
    }
}
