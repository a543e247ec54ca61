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
    public async Task Shards_OfOneJob_AreTwoASilo() => Assert.Equal([2, 2, 2], (await PlaceAsync([])).Values.Order());

    [Fact]
    public async Task Shards_TwoSilosHaveAnAccelerator_AreOnThose()
    {
        var placed = await PlaceAsync([0, 2]);

        Assert.Equal([3, 0, 3], Enumerable.Range(0, 3).Select(silo => placed.GetValueOrDefault(silo)));
    }

    /// <summary>Places six shards on three silos.</summary>
    /// <param name="accelerated">The silos that have an accelerator.</param>
    /// <returns>Shards by silo.</returns>
    private static async Task<Dictionary<int, int>> PlaceAsync(int[] accelerated)
    {
        var made = -1;
        var hasAccelerator = new Dictionary<string, bool>();
        await using var cluster = await Cluster.StartAsync(3, (name, silo) =>
        {
            var has = accelerated.Contains(Interlocked.Increment(ref made));
            lock (hasAccelerator)
            {
                hasAccelerator[name] = has;
            }

            silo.UseSiloMetadata(has ? new Dictionary<string, string> { [ShardPlacementDirector.AcceleratorKey] = "yes" } : []);
        });
        var silos = cluster.Silos.OrderBy(silo => silo.Name, StringComparer.Ordinal).ToArray();
        await KnowEachOtherAsync(silos, silo => hasAccelerator[silo]);
        var shards = Enumerable.Range(0, 6).Select(i => cluster.Grains.GetGrain<IShardGrain>(ShardKey.Of("job", i))).ToArray();
        await Task.WhenAll(shards.Select(shard => shard.HelloAsync(1)));

        var homes = await Task.WhenAll(shards.Select(cluster.SiloOf));
        return homes.GroupBy(home => Array.IndexOf(silos, home)).ToDictionary(group => group.Key, group => group.Count());
    }

    /// <summary>What a silo says of itself comes to the others a moment after they know that it is there.</summary>
    private static async Task KnowEachOtherAsync(Orleans.TestingHost.InProcessSiloHandle[] silos, Func<string, bool> isAccelerated)
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
