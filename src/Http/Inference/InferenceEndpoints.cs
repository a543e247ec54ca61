using System.Globalization;
using KMeans.Inference;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace KMeans.Http.Inference;

/// <summary>The endpoints of the reference product's serving contract: /ping, /invocations and /execution-parameters. Every refusal is one line of text.</summary>
/// <param name="model">What answers.</param>
/// <param name="options">The server's.</param>
/// <param name="log">Told of faults, a line each, from any thread.</param>
internal sealed class InferenceEndpoints(InferenceModel model, InferenceOptions options, Action<string> log)
{
    private readonly string parameters = string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"MaxConcurrentTransforms\":{options.MaxConcurrentTransforms},\"BatchStrategy\":\"{(options.MultiRecord ? "MULTI_RECORD" : "SINGLE_RECORD")}\",\"MaxPayloadInMB\":{options.MaxPayloadInMB}}}");

    private int running;
    private volatile bool isStopping;

    /// <summary>Puts them into an application.</summary>
    /// <param name="app">The application.</param>
    public void Map(WebApplication app)
    {
        app.Use(Guard);
        app.UseRouting();
        app.MapMethods("/ping", [HttpMethods.Get, HttpMethods.Head], Ping);
        app.MapGet("/execution-parameters", http =>
        {
            http.Response.ContentType = "application/json";
            return http.Response.WriteAsync(parameters, http.RequestAborted);
        });
        app.MapPost("/invocations", Invoke);
        app.MapFallback("{**path}", http => throw new InvocationException(
            StatusCodes.Status404NotFound, $"{http.Request.Method} {http.Request.Path}: there is no such endpoint; there are GET /ping, POST /invocations and GET /execution-parameters."));
    }

    /// <summary>Takes no more requests.</summary>
    public void Stop() => isStopping = true;

    private Task Ping(HttpContext http)
    {
        http.Response.StatusCode = isStopping ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        return Task.CompletedTask;
    }

    private async Task Invoke(HttpContext http)
    {
        try
        {
            if (Interlocked.Increment(ref running) > options.MostRequests)
            {
                throw new InvocationException(StatusCodes.Status429TooManyRequests, $"{options.MostRequests} requests are being answered, as many as are taken; try again.");
            }

            if (isStopping)
            {
                throw new InvocationException(StatusCodes.Status503ServiceUnavailable, "the server is stopping; try another one.");
            }

            await Invocation.RunAsync(http, model, options.MaxPayloadInMB * InferenceOptions.Megabyte).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }

    private async Task Guard(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be told.
        }
#pragma warning disable CA1031 // Whatever fails, the client gets one line, and the server goes on.
        catch (Exception e) when (!http.Response.HasStarted)
#pragma warning restore CA1031
        {
            var (status, message) = e switch
            {
                InvocationException refused => (refused.Status, refused.Message),
                BadHttpRequestException bad => (bad.StatusCode, bad.Message),
                OutOfMemoryException => (StatusCodes.Status503ServiceUnavailable, "there is not enough memory for this request now; try again, or send fewer rows a request."),
                _ => (StatusCodes.Status500InternalServerError, $"a fault of the server ({e.GetType().Name}); its log has the details."),
            };
            if (status == StatusCodes.Status500InternalServerError)
            {
                log($"{http.Request.Method} {http.Request.Path}: {e}");
            }

            await Refuse(http, status, message).ConfigureAwait(false);
        }
    }

    private static Task Refuse(HttpContext http, int status, string message)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            http.Response.Headers.RetryAfter = "1";
        }

        return http.Response.WriteAsync(message, http.RequestAborted);
    }
}
