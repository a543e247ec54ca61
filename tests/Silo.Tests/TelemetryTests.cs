using KMeans.Grains;
using KMeans.Silo.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KMeans.Silo.Tests;

public sealed class TelemetryTests
{
    [Theory]
    [InlineData("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "orleans-grains")]
    [InlineData("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "kmeans.blocks")]
    [InlineData("/opentelemetry.proto.collector.trace.v1.TraceService/Export", "GetHosts")]
    public async Task Silo_WithAnEndpoint_SendsThere(string service, string expected)
    {
        await using var collector = await Collector.StartAsync();
        await using (var silo = await RunningSilo.StartAsync(FreePorts.Take(3), (nameof(SiloSettings.OtlpEndpoint), collector.Address), (nameof(SiloSettings.SiloName), "the-one")))
        {
            GrainMetrics.Computed();
            await silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetHosts();
        }

        var sent = collector.Received(service);
        Assert.Contains("kmeans-silo", sent, StringComparison.Ordinal);
        Assert.Contains("the-one", sent, StringComparison.Ordinal);
        Assert.Contains(expected, sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silo_WithoutAnEndpoint_TellsWhoAsks()
    {
        var ports = FreePorts.Take(3);
        await using var silo = await RunningSilo.StartAsync(ports);
        using var http = new HttpClient();

        Assert.Contains("orleans_grains", await http.GetStringAsync($"http://127.0.0.1:{ports[2]}/metrics"), StringComparison.Ordinal);
    }
}
