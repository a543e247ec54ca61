using Microsoft.Extensions.Hosting;

namespace KMeans.Http;

/// <summary>Whoever started a server decides when it ends; the framework's own lifetime would listen to signals too.</summary>
internal sealed class SilentLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
