using KMeans.Coordination;
using KMeans.Http.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KMeans.Http.Workers;

/// <summary>What a worker answers: checks who asks, finds the endpoint, and makes every failure a one-line problem.</summary>
internal sealed class WorkerEndpoints : IDisposable
{
    private const long MostListBytes = 1 << 20;

    private readonly TokenGate gate;
    private readonly HeldPasses passes;
    private readonly OpenInputs inputs;
    private readonly BlockEndpoint blocks;
    private readonly RowsEndpoint rows;
    private readonly WorkerOptions options;
    private readonly WorkerInfo info;
    private readonly Action<string> log;
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Creates them.</summary>
    /// <param name="options">The worker's.</param>
    /// <param name="instance">Who computes.</param>
    /// <param name="log">Told of faults, a line each.</param>
    /// <exception cref="InputException">A data root does not exist.</exception>
    public WorkerEndpoints(WorkerOptions options, IInstance instance, Action<string> log)
    {
        this.options = options;
        this.log = log;
        var roots = new DataRoots(options.DataRoots);
        gate = new TokenGate(options.Token);
        passes = new HeldPasses(roots.Open, new HeldPassLimits(options.Threads, options.MemoryLimitBytes, options.MostPassBytes, options.Backend) { Log = log });
        inputs = new OpenInputs(roots);
        blocks = new BlockEndpoint(passes, instance, TimeProvider.System);
        rows = new RowsEndpoint(inputs);
        info = new WorkerInfo(typeof(WorkerEndpoints).Assembly.GetName().Version!.ToString(3), Routes.ProtocolVersion, options.Threads, Guid.NewGuid().ToString("n"));
    }

    /// <summary>Puts them into an application.</summary>
    /// <param name="app">The application.</param>
    public void Map(WebApplication app)
    {
        app.Use(Guard);
        app.UseRouting();
        app.MapGet(Routes.Health, Health);
        app.MapGet(Routes.Info, http => http.Response.WriteAsJsonAsync(info, ProtocolJson.Default.WorkerInfo, cancellationToken: http.RequestAborted));
        app.MapPost(Routes.Inputs, ListInput);
        app.MapPost(Routes.Rows, http => rows.RunAsync(Limited(http, RowsEndpoint.MostBodyBytes), stopping.Token));
        app.MapPost(Routes.Pass, AddPass);
        app.MapDelete(Routes.Pass, DropPass);
        app.MapPost(Routes.Block, http => blocks.RunAsync(Limited(http, 0), stopping.Token));
        if (options.Released is not null)
        {
            app.MapPost(Routes.Release, Release);
        }

        app.MapFallback(http => throw Refusal.Unknown(ProblemTypes.NotFound, $"{http.Request.Method} {http.Request.Path}: there is no such endpoint."));
    }

    /// <summary>Takes no more work, and cancels what runs.</summary>
    public void Stop()
    {
        stopping.Cancel();
        passes.DropAll();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        inputs.Dispose();
        stopping.Dispose();
    }

    /// <summary>Bounds the body before anything of it is read.</summary>
    private static HttpContext Limited(HttpContext http, long mostBytes)
    {
        if (http.Request.ContentLength > mostBytes)
        {
            throw Refusal.TooLarge(mostBytes);
        }

        http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = mostBytes;
        return http;
    }

    private async Task Guard(HttpContext http, RequestDelegate next)
    {
        try
        {
            if (http.Request.Path != Routes.Health)
            {
                gate.Require(http.Request);
                if (stopping.IsCancellationRequested)
                {
                    throw Refusal.Stopping();
                }
            }

            await next(http).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be told.
        }
#pragma warning disable CA1031 // Whatever fails, the other side gets one line, and this worker goes on.
        catch (Exception e) when (!http.Response.HasStarted)
#pragma warning restore CA1031
        {
            await Answer(http, Refusal.Of(e)).ConfigureAwait(false);
            LogFault(http, e);
        }
    }

    private void LogFault(HttpContext http, Exception e)
    {
        if (http.Response.StatusCode == StatusCodes.Status500InternalServerError)
        {
            log($"{http.Request.Method} {http.Request.Path}: {e}");
        }
    }

    private static Task Answer(HttpContext http, Problem problem)
    {
        http.Response.StatusCode = problem.Status;
        if (problem.Status == StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }
        else if (problem.Transient)
        {
            http.Response.Headers.RetryAfter = "1";
        }

        return http.Response.WriteAsJsonAsync(problem, ProtocolJson.Default.Problem, "application/problem+json", http.RequestAborted);
    }

    private Task Health(HttpContext http)
    {
        var ready = !stopping.IsCancellationRequested;
        http.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return http.Response.WriteAsJsonAsync(new WorkerHealth(ready ? "ready" : "stopping", blocks.RunningCount), ProtocolJson.Default.WorkerHealth, cancellationToken: http.RequestAborted);
    }

    private async Task ListInput(HttpContext http)
    {
        var request = await Limited(http, MostListBytes).Request.ReadFromJsonAsync(ProtocolJson.Default.InputRequest, http.RequestAborted).ConfigureAwait(false)
            ?? throw Refusal.BadRequest("The body is empty.");
        if (request.Paths is not { Count: > 0 } || request.Paths.Any(path => path is null) || request.Format is null)
        {
            throw Refusal.BadRequest("paths, format: are missing.");
        }

        var listing = await Task.Run(() => inputs.Open(request), http.RequestAborted).ConfigureAwait(false);
        await http.Response.WriteAsJsonAsync(listing, ProtocolJson.Default.InputListing, cancellationToken: http.RequestAborted).ConfigureAwait(false);
    }

    private async Task AddPass(HttpContext http)
    {
        Limited(http, options.MostPassBytes + WireOverhead);
        http.Features.Get<IHttpBodyControlFeature>()!.AllowSynchronousIO = true;
        await Task.Run(() => passes.Add(PassName(http), http.Request.Body), http.RequestAborted).ConfigureAwait(false);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Header and trailer of a payload.</summary>
    private const long WireOverhead = 64;

    private Task DropPass(HttpContext http)
    {
        passes.Drop(PassName(http));
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private Task Release(HttpContext http)
    {
        options.Released!(Limited(http, 0).Request.Query["done"] == "true");
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static string PassName(HttpContext http) =>
        http.Request.RouteValues["pass"] is string { Length: > 0 and <= 64 } name && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? name
            : throw Refusal.BadRequest("pass: give up to 64 letters, digits and dashes.");
}
