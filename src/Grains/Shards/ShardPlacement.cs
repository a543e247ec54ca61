using KMeans.Coordination;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace KMeans.Grains;

/// <summary>Spreads the shards of a job evenly over the silos, over those with an accelerator where there are some.</summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("kmeans.ShardPlacement")]
internal sealed class ShardPlacementStrategy : PlacementStrategy;

/// <summary>Marks grains that are placed by <see cref="ShardPlacementDirector"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ShardPlacementAttribute() : PlacementAttribute(new ShardPlacementStrategy());

/// <summary>
/// Shard i of a job goes to silo (i + the job's own offset) of those that are there, in the order of their addresses: shards of one job differ by at most one a silo, and jobs begin at
/// different silos. The runtime's own placement would put a burst of new grains beside the caller.
/// </summary>
internal sealed class ShardPlacementDirector(IServiceProvider services) : IPlacementDirector
{
    /// <summary>What a silo with an accelerator says of itself in its metadata.</summary>
    public const string AcceleratorKey = "kmeans.accelerator";

    /// <inheritdoc/>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        if (silos.Length == 0)
        {
            throw new SiloUnavailableException($"There is no silo for {target.GrainIdentity}.");
        }

        if (IPlacementDirector.GetPlacementHint(target.RequestContextData, silos) is { } hint)
        {
            return Task.FromResult(hint);
        }

        var metadata = services.GetService<ISiloMetadataCache>();
        var accelerated = metadata is null ? [] : silos.Where(silo => metadata.GetSiloMetadata(silo).Metadata.ContainsKey(AcceleratorKey)).ToArray();
        return Task.FromResult(Choose(target.GrainIdentity.Key.ToString()!, accelerated.Length > 0 ? accelerated : silos));
    }

    /// <summary>Chooses.</summary>
    /// <param name="key">The shard's key.</param>
    /// <param name="silos">At least one.</param>
    /// <returns>The shard's silo.</returns>
    public static SiloAddress Choose(string key, SiloAddress[] silos)
    {
        var sorted = silos.OrderBy(silo => silo).ToArray();
        var offset = ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(ShardKey.JobOf(key))) % (ulong)sorted.Length;
        return sorted[(int)((offset + (ulong)ShardKey.ShardOf(key)) % (ulong)sorted.Length)];
    }
}
