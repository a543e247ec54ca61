using KMeans.Http.Protocol;
using KMeans.Http.Remote;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace KMeans.Http.Tests.Support;

/// <summary>Something that listens where a worker should, takes every pass, and answers blocks as a test wants.</summary>
internal sealed class FakeWorker : IAsyncDisposable
{
    private readonly WebApplication app;

    private FakeWorker(WebApplication app) => this.app = app;

    public string Url => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public int Uploads { get; private set; }

    public static async Task<FakeWorker> StartAsync(Func<HttpContext, FakeWorker, Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var fake = new FakeWorker(builder.Build());
        fake.app.UseRouting();
        fake.app.MapPost(Routes.Pass, async http =>
        {
            fake.Uploads++;
            await http.Request.Body.CopyToAsync(Stream.Null);
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        });
        fake.app.MapFallback(http =>
        {
            http.Features.Get<IHttpBodyControlFeature>()!.AllowSynchronousIO = true;
            return answer(http, fake);
        });
        await fake.app.StartAsync();
        return fake;
    }

    public WorkerClient Client(TimeSpan? silence = null) => new(Url, new WorkerClientOptions { LongestSilence = silence ?? TimeSpan.FromSeconds(30) });

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(patience.Token);
        await app.DisposeAsync();
    }
}
