using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;

namespace KMeans.Http.Service;

/// <summary>What the service measures of itself.</summary>
internal sealed class ServiceMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "KMeans.Service";

    private readonly Meter meter = new(MeterName);
    private readonly Histogram<double> calls;
    private readonly Counter<long> ended;
    private readonly Histogram<double> duration;
    private readonly Counter<long> rows;
    private long running;

    /// <summary>Creates the instruments.</summary>
    public ServiceMetrics()
    {
        calls = meter.CreateHistogram<double>("kmeans.service.call.duration", "s", "Time to answer a call", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2, 10, 60] });
        ended = meter.CreateCounter<long>("kmeans.service.jobs.ended", "{job}", "Jobs that ended, by their status");
        duration = meter.CreateHistogram<double>("kmeans.service.job.duration", "s", "Time from a job's start to its end", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200] });
        rows = meter.CreateCounter<long>("kmeans.service.rows", "{row}", "Rows that finished jobs have trained on");
        meter.CreateObservableGauge("kmeans.service.jobs.running", () => Interlocked.Read(ref running), "{job}", "Jobs that run in this process");
    }

    /// <summary>Counts a call.</summary>
    /// <param name="info">The call.</param>
    /// <param name="status">Its HTTP status.</param>
    /// <param name="elapsed">How long it took.</param>
    public void Count(CallInfo info, int status, TimeSpan elapsed)
    {
        // Paths of calls that nobody answers are a stranger's choice, and no labels.
        var operation = status == StatusCodes.Status404NotFound ? "unknown" : info.Route;
        calls.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("operation", operation), new KeyValuePair<string, object?>("status", status));
    }

    /// <summary>A job begins to run here.</summary>
    public void Begin() => Interlocked.Increment(ref running);

    /// <summary>A job does not run here any more.</summary>
    public void Leave() => Interlocked.Decrement(ref running);

    /// <summary>Counts a job that ended.</summary>
    /// <param name="status">How.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="rowCount">Rows that it trained on.</param>
    public void End(string status, TimeSpan elapsed, long rowCount)
    {
        var label = new KeyValuePair<string, object?>("status", status);
        ended.Add(1, label);
        duration.Record(elapsed.TotalSeconds, label);
        rows.Add(rowCount);
    }

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();
}
