using KMeans.Http.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace KMeans.Silo;

/// <summary>What an orchestrator asks: whether the process answers, and whether the silo is a member of its cluster and takes work. Neither asks grains or the database.</summary>
internal static class Health
{
    /// <summary>Answers as long as the process does.</summary>
    public const string Live = "/health/live";

    /// <summary>Answers 200 while the silo is an active member and is not stopping, 503 otherwise. For start-up too.</summary>
    public const string Ready = "/health/ready";

    /// <summary>Maps them.</summary>
    /// <param name="app">The application.</param>
    public static void Map(WebApplication app)
    {
        app.MapGet(Live, () => Results.Text("live")).With(CallRules.Open).ExcludeFromDescription();
        app.MapGet(Ready, () =>
        {
            var stopping = app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;
            var status = app.Services.GetRequiredService<ISiloStatusOracle>().CurrentStatus;
            return stopping || status != SiloStatus.Active
                ? Results.Text(stopping ? "stopping" : $"{status}", statusCode: StatusCodes.Status503ServiceUnavailable)
                : Results.Text("ready");
        }).With(CallRules.Open).ExcludeFromDescription();
    }
}
