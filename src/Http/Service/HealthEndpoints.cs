using System.Data.Common;
using KMeans.Http.Service.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace KMeans.Http.Service;

/// <summary>What an orchestrator asks: whether the process answers, and whether the service takes calls. Need no key.</summary>
/// <param name="store">The store.</param>
/// <param name="stopping">The service stops.</param>
internal sealed class HealthEndpoints(RecordStore store, CancellationToken stopping)
{
    /// <summary>Answers as long as the process does.</summary>
    public const string Live = "/health/live";

    /// <summary>Answers 200 while the store does and the service takes calls, 503 otherwise.</summary>
    public const string Ready = "/health/ready";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Puts them into an application.</summary>
    /// <param name="routes">The application.</param>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Live, (HttpContext http) => Answer(http, 200, "live")).With(CallRules.Open).ExcludeFromDescription();
        routes.MapGet(Ready, ReadyAsync).With(CallRules.Open).ExcludeFromDescription();
    }

    private async Task ReadyAsync(HttpContext http)
    {
        if (stopping.IsCancellationRequested)
        {
            await Answer(http, 503, "stopping").ConfigureAwait(false);
            return;
        }

        try
        {
            await store.ProbeAsync(http.RequestAborted).WaitAsync(Patience, http.RequestAborted).ConfigureAwait(false);
            await Answer(http, 200, "ready").ConfigureAwait(false);
        }
        catch (Exception e) when (e is DbException or TimeoutException or IOException)
        {
            await Answer(http, 503, "the store does not answer").ConfigureAwait(false);
        }
    }

    private static Task Answer(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsync(text, http.RequestAborted);
    }
}
