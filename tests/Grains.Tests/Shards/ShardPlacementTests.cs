using System.Collections.Concurrent;
using System.Net;
using KMeans.Grains.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace KMeans.Grains.Tests.Shards;

public sealed class ShardPlacementTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(3, 2)]
    [InlineData(3, 7)]
    [InlineData(64, 1000)]
    public void Choose_AnyJob_SpreadsItsShardsEvenly(int siloCount, int shardCount)
    {
        var silos = Silos(siloCount);
        for (var job = 0; job < 20; job++)
        {
            var counts = silos.ToDictionary(silo => silo, _ => 0);
            for (var shard = 0; shard < shardCount; shard++)
            {
                counts[ShardPlacementDirector.Choose(ShardKey.Of($"job-{job}", shard), silos)]++;
            }

            Assert.InRange(counts.Values.Max() - counts.Values.Min(), 0, 1);
        }
    }

    [Fact]
    public void Choose_ManyJobsOfOneShard_UseAllSilos()
    {
        var silos = Silos(8);

        Assert.Equal(8, Enumerable.Range(0, 200).Select(job => ShardPlacementDirector.Choose(ShardKey.Of($"job-{job}", 0), silos)).Distinct().Count());
    }

    [Fact]
    public void Choose_SilosInAnyOrder_IsTheSame()
    {
        var silos = Silos(5);
        var others = silos.Reverse().ToArray();

        Assert.All(Enumerable.Range(0, 10), shard => Assert.Equal(ShardPlacementDirector.Choose(ShardKey.Of("job", shard), silos), ShardPlacementDirector.Choose(ShardKey.Of("job", shard), others)));
    }

    [Fact]
    public async Task Shards_OfOneJob_AreTwoASilo() => Assert.Equal([(false, 2), (false, 2), (false, 2)], await PlaceAsync(0));

    [Fact]
    public async Task Shards_TwoSilosHaveAnAccelerator_AreOnThose() => Assert.Equal([(false, 0), (true, 3), (true, 3)], await PlaceAsync(2));

    /// <summary>Places six shards on three silos.</summary>
    /// <param name="accelerated">How many silos have an accelerator.</param>
    /// <returns>For every silo, whether it has one and its shards; in order.</returns>
    private static async Task<IEnumerable<(bool HasAccelerator, int Shards)>> PlaceAsync(int accelerated)
    {
        var hasAccelerator = new ConcurrentDictionary<string, bool>();
        var left = accelerated;
        await using var cluster = await Cluster.StartAsync(3, (name, silo) =>
        {
            var has = hasAccelerator.GetOrAdd(name, _ => Interlocked.Decrement(ref left) >= 0);
            silo.UseSiloMetadata(has ? new Dictionary<string, string> { [ShardPlacementDirector.AcceleratorKey] = "yes" } : []);
        });
        await KnowEachOtherAsync(cluster.Silos, silo => hasAccelerator[silo]);
        var shards = Enumerable.Range(0, 6).Select(i => cluster.Grains.GetGrain<IShardGrain>(ShardKey.Of("job", i))).ToArray();
        await Task.WhenAll(shards.Select(shard => shard.HelloAsync(1)));

        var homes = await Task.WhenAll(shards.Select(cluster.SiloOf));
        return cluster.Silos.Select(silo => (hasAccelerator[silo.Name], homes.Count(home => home == silo))).Order();
    }

    /// <summary>What a silo says of itself comes to the others a moment after they know that it is there.</summary>
    private static async Task KnowEachOtherAsync(IReadOnlyList<Orleans.TestingHost.InProcessSiloHandle> silos, Func<string, bool> isAccelerated)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        bool Knows(Orleans.TestingHost.InProcessSiloHandle silo) => silos.All(other =>
            silo.ServiceProvider.GetRequiredService<ISiloMetadataCache>().GetSiloMetadata(other.SiloAddress).Metadata.ContainsKey(ShardPlacementDirector.AcceleratorKey) == isAccelerated(other.Name));
        while (!silos.All(Knows))
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    private static SiloAddress[] Silos(int count) => [.. Enumerable.Range(1, count).Select(i => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11000 + i), 7))];
}
