using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace KMeans.Http.Service;

/// <summary>Metrics and traces: at /metrics, and by OTLP where an endpoint is given.</summary>
internal static class ServiceTelemetry
{
    /// <summary>Where Prometheus finds the metrics.</summary>
    public const string MetricsPath = "/metrics";

    /// <summary>Adds them.</summary>
    /// <param name="services">The service's.</param>
    /// <param name="collector">Where they are sent, or null.</param>
    public static void Add(IServiceCollection services, Uri? collector)
    {
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("kmeans-service"));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(ServiceMetrics.MeterName, "Microsoft.AspNetCore.Server.Kestrel").AddRuntimeInstrumentation().AddPrometheusExporter();
            if (collector is not null)
            {
                metrics.AddOtlpExporter(exporter => exporter.Endpoint = collector);
            }
        });
        if (collector is not null)
        {
            telemetry.WithTracing(tracing => tracing.AddSource(ServiceMetrics.MeterName, "Microsoft.AspNetCore").AddOtlpExporter(exporter => exporter.Endpoint = collector));
        }
    }

    /// <summary>Maps them; who may call the service may read them, and nobody else.</summary>
    /// <param name="app">The application.</param>
    public static void Map(WebApplication app) => app.MapPrometheusScrapingEndpoint(MetricsPath).With(CallRules.Look);
}
