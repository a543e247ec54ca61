using KMeans.Coordination;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace KMeans.Grains;

/// <summary>Puts jobs into a silo.</summary>
internal static class GrainsHosting
{
    /// <summary>Adds what the grains need; the storage <see cref="StoredFiles.StorageName"/> and reminders are the silo's to choose.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="files">Opens files.</param>
    /// <param name="limits">What the silo can do.</param>
    /// <returns>The same.</returns>
    public static ISiloBuilder AddKMeans(this ISiloBuilder silo, IDataFiles files, HeldPassLimits limits)
    {
        var services = silo.Services;
        services.AddSingleton(_ => new SiloCompute(files, limits));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<JobServices>(provider, provider.GetRequiredKeyedService<IGrainStorage>(StoredFiles.StorageName)));
        services.AddPlacementDirector<ShardPlacementStrategy, ShardPlacementDirector>();
        services.AddHostedService<JobKeeper>();
        return silo;
    }
}
