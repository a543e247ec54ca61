using KMeans.Grains.Tests.Support;

namespace KMeans.Grains.Tests;

/// <summary>A job goes on through what happens to silos, with the same bits and each row counted once.</summary>
public sealed class FailureTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Train_SiloGoesMidPass_GivesTheSame(bool ofCoordinator, bool gracefully)
    {
        await using var cluster = await Cluster.StartAsync();
        cluster.Rows.HoldAfter(4);
        await cluster.Jobs.SubmitAsync("job", Cluster.Request, default);
        var end = cluster.EndOf("job");
        await cluster.Rows.Reached;
        var coordinator = cluster.Grains.GetGrain<ICoordinatorGrain>("job");
        var home = await cluster.SiloOf(coordinator);
        var silo = home;
        for (var i = 0; !ofCoordinator && silo.SiloAddress.Equals(home.SiloAddress); i++)
        {
            silo = await cluster.SiloOf(cluster.Grains.GetGrain<IShardGrain>(ShardKey.Of("job", i)));
        }

        var going = gracefully ? cluster.StopAsync(silo) : cluster.KillAsync(silo);
        cluster.Rows.Open();
        await going;

        JobTests.AssertFinished(await end);
    }

    [Fact]
    public async Task Train_AnotherSiloTookOver_OldTermIsRefused()
    {
        await using var cluster = await Cluster.StartAsync(1);
        var shard = cluster.Grains.GetGrain<IShardGrain>(ShardKey.Of("job", 0));
        await shard.HelloAsync(5);

        await Assert.ThrowsAsync<StaleEpochException>(() => shard.HelloAsync(4));
        var request = new BlockRequest { Epoch = 4, Pass = new Ticket { Name = "pass", Length = 1 }, First = 0, End = 1, Attempt = 1 };
        await Assert.ThrowsAsync<StaleEpochException>(() => shard.RunBlockAsync(request));
        await Assert.ThrowsAsync<StaleEpochException>(async () => await shard.PullSummaryAsync(4, 1, 0));
    }

    [Fact]
    public async Task Train_EveryBlockIsAskedForTwice_ComputesItOnce()
    {
        await using var cluster = await Cluster.StartAsync(2, (_, silo) => silo.AddIncomingGrainCallFilter<Twice>());

        await cluster.Jobs.SubmitAsync("job", Cluster.Request, default);
        var end = await cluster.EndOf("job");

        JobTests.AssertFinished(end);
        Assert.Equal(end.Report!.Ledger.Attempts, cluster.Rows.Opened);
    }

    [Fact]
    public async Task Storage_FolderIsOpenedAgain_FirstOpenerCannotWriteAnyMore()
    {
        await using var cluster = await Cluster.StartAsync(1);
        var storage = cluster.Storage.For(cluster.Serializer);
        using var first = StorageFolder.Open(storage, "job/checkpoint");
        first.Write("a", stream => stream.WriteByte(1));
        using var second = StorageFolder.Open(storage, "job/checkpoint");

        Assert.Throws<IOException>(() => first.Write("a", stream => stream.WriteByte(2)));
        using var stored = second.Open("a");
        Assert.Equal(1, stored.ReadByte());
    }

    /// <summary>Sends every question about a block once more, as a network that repeats itself would.</summary>
    internal sealed class Twice(IGrainFactory grains) : IIncomingGrainCallFilter
    {
        private const string Again = "again";

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.MethodName == nameof(IShardGrain.RunBlockAsync) && RequestContext.Get(Again) is null)
            {
                var request = (BlockRequest)context.Request.GetArgument(0)!;
                RequestContext.Set(Again, true);
                var repeated = grains.GetGrain<IShardGrain>(context.TargetId.Key.ToString()!).RunBlockAsync(request);
                RequestContext.Remove(Again);
                await Task.WhenAll(context.Invoke(), repeated);
                return;
            }

            await context.Invoke();
        }
    }
}
