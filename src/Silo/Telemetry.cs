using KMeans.Grains;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace KMeans.Silo;

/// <summary>Metrics and traces: at /metrics, and by OTLP where an endpoint is given.</summary>
internal static class Telemetry
{
    /// <summary>Adds them.</summary>
    /// <param name="services">The silo's services.</param>
    /// <param name="settings">The silo's.</param>
    public static void Add(IServiceCollection services, SiloSettings settings)
    {
        var sends = settings.OtlpEndpoint.Length > 0;
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("kmeans-silo", serviceInstanceId: settings.SiloName));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter("Microsoft.Orleans", GrainMetrics.MeterName).AddRuntimeInstrumentation().AddPrometheusExporter();
            if (sends)
            {
                metrics.AddOtlpExporter(exporter => exporter.Endpoint = new Uri(settings.OtlpEndpoint));
            }
        });
        if (sends)
        {
            telemetry.WithTracing(tracing => tracing
                .AddSource("Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime", "Microsoft.Orleans.Lifecycle", "Microsoft.Orleans.Storage")
                .AddOtlpExporter(exporter => exporter.Endpoint = new Uri(settings.OtlpEndpoint)));
        }
    }
}
