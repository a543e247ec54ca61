using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KMeans.Input.S3.Tests.Support;

/// <summary>What a proxy does to one exchange.</summary>
internal enum Fault
{
    None,

    /// <summary>503 SlowDown.</summary>
    Throttle,

    /// <summary>The connection breaks before the answer.</summary>
    Reset,

    /// <summary>Half of the body, then the connection is closed.</summary>
    Truncate,

    /// <summary>Half of the body, then nothing until whoever asked goes.</summary>
    Stall,

    /// <summary>Nothing until whoever asked goes, and the server hears nothing of it.</summary>
    Hold,

    /// <summary>A byte at a time for the first hundred.</summary>
    Trickle,

    /// <summary>The whole object where a part was asked for.</summary>
    WholeObject,
}

/// <summary>Stands between a store and its server and spoils what the test says.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient client = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
    private readonly Func<HttpRequest, Fault> choose;
    private readonly Uri target;

    private FaultyProxy(WebApplication app, Uri target, Func<HttpRequest, Fault> choose) => (this.app, this.target, this.choose) = (app, target, choose);

    /// <summary>Its address.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>All requests: method, path and query, range.</summary>
    public ConcurrentQueue<(string Method, string Path, string Range)> Requests { get; } = [];

    /// <summary>Starts one.</summary>
    /// <param name="target">The server.</param>
    /// <param name="choose">What to do to each request.</param>
    public static async Task<FaultyProxy> StartAsync(Uri target, Func<HttpRequest, Fault> choose)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var proxy = new FaultyProxy(app, target, choose);
        app.Run(proxy.ForwardAsync);
        await app.StartAsync();
        proxy.Endpoint = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return proxy;
    }

    /// <summary>The first exchanges of a kind are spoiled.</summary>
    /// <param name="count">How many.</param>
    /// <param name="fault">How.</param>
    /// <param name="isMeant">Which requests.</param>
    public static Func<HttpRequest, Fault> First(int count, Fault fault, Func<HttpRequest, bool> isMeant)
    {
        var seen = 0;
        return request => isMeant(request) && Interlocked.Increment(ref seen) <= count ? fault : Fault.None;
    }

    /// <summary>Whether a request asks for a part of an object.</summary>
    public static bool IsRead(HttpRequest request) => request.Headers.Range.Count > 0;

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        client.Dispose();
    }

    private static async Task UntilGoneAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    private async Task ForwardAsync(HttpContext context)
    {
        var request = context.Request;
        Requests.Enqueue((request.Method, request.Path + request.QueryString, request.Headers.Range.ToString()));
        var fault = choose(request);
        if (fault == Fault.Reset)
        {
            context.Abort();
            return;
        }

        if (fault == Fault.Hold)
        {
            await UntilGoneAsync(context);
            return;
        }

        if (fault == Fault.Throttle)
        {
            context.Response.StatusCode = 503;
            await context.Response.WriteAsync("<?xml version=\"1.0\"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>");
            return;
        }

        using var forwarded = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(target, request.Path + request.QueryString));
        if (request.ContentLength > 0)
        {
            forwarded.Content = new StreamContent(request.Body);
        }

        foreach (var header in request.Headers.Where(header => !(fault == Fault.WholeObject && header.Key == "Range")))
        {
            // The host is a part of what was signed.
            if (!forwarded.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string>)header.Value!))
            {
                forwarded.Content?.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string>)header.Value!);
            }
        }

        using var answer = await client.SendAsync(forwarded, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var header in answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key is not ("Transfer-Encoding" or "Connection")))
        {
            context.Response.Headers[header.Key] = header.Value.ToArray();
        }

        if (request.Method == "HEAD")
        {
            return;
        }

        var body = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (fault is Fault.Truncate or Fault.Stall)
        {
            await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
            await context.Response.Body.FlushAsync();
            if (fault == Fault.Stall)
            {
                await UntilGoneAsync(context);
            }

            // Closed and not aborted: what was sent arrives.
            return;
        }

        var slow = fault == Fault.Trickle ? Math.Min(100, body.Length) : 0;
        for (var i = 0; i < slow; i++)
        {
            await context.Response.Body.WriteAsync(body.AsMemory(i, 1));
            await context.Response.Body.FlushAsync();
        }

        await context.Response.Body.WriteAsync(body.AsMemory(slow));
    }
}
