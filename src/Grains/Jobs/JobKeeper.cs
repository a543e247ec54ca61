using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KMeans.Grains;

/// <summary>Calls the coordinators of running jobs every few seconds. One whose silo died wakes up on another by that; reminders would do the same, but a minute later.</summary>
/// <param name="grains">Makes references.</param>
/// <param name="clock">The time.</param>
/// <param name="logger">Told of failures.</param>
internal sealed partial class JobKeeper(IGrainFactory grains, TimeProvider clock, ILogger<JobKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                await LookAsync(stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The silo ends.
        }
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        try
        {
            var jobs = await grains.GetGrain<IJobDirectoryGrain>(IJobDirectoryGrain.Key).ListAsync().WaitAsync(stopping).ConfigureAwait(false);
            foreach (var job in jobs.Where(job => job.Phase == JobPhase.Running))
            {
                await grains.GetGrain<ICoordinatorGrain>(job.Id).StatusAsync().WaitAsync(stopping).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // The next look may go better.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogFailure(e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Running jobs could not be looked after: {Reason}")]
    private partial void LogFailure(string reason);
}
