using KMeans.Coordination;
using KMeans.Input;
using KMeans.Tests.Support;
using KMeans.Training;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Xunit.Abstractions;

namespace KMeans.Grains.Tests.Coordinator;

/// <summary>Alone: what is allocated is counted for the whole process.</summary>
[CollectionDefinition(nameof(GrainInstanceTests), DisableParallelization = true)]
[Collection(nameof(GrainInstanceTests))]
public sealed class GrainInstanceTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(5_000, 400)]
    [InlineData(10_000, 784)]
    public async Task Run_SummaryOfManyMegabytes_AllocatesItsMessagesAndLittleMore(int centerCount, int featureCount)
    {
        var random = new Random(3);
        var samples = new float[1000 * featureCount];
        var centers = new double[centerCount * featureCount];
        foreach (ref var center in centers.AsSpan())
        {
            center = random.NextDouble();
        }

        var context = Passes.Context(samples, featureCount, centers);
        var pass = new Pass(5, context, context.Input.Partitions);
        var block = new BlockRange(0, 1);
        var offers = new PassOffers("job", InputSpec.Of(["rows"], new InputFormatOptions(), new ColumnChoice(), [new NamedFile("rows", context.Input.Files[0])], context.Input));
        var shard = new FarShard(Summary(pass, block));
        var instance = new GrainInstance("shard-0", shard, new ShardInfo { Threads = 1, Silo = "far" }, offers, 1, (_, reason) => Assert.Fail(reason), () => Assert.Fail("superseded"));

        // The first one fills the pool, and whatever else is made once.
        context.Pool.Return((await instance.RunAsync(pass, block, 1, null, default)).Summary);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var result = await instance.RunAsync(pass, block, 2, null, default);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        output.WriteLine($"{allocated:N0} bytes for {shard.Summary.Length:N0}: {(double)allocated / shard.Summary.Length:0.000} a byte");
        Assert.InRange(shard.Summary.Length, centerCount * (featureCount + 2L) * sizeof(double), 1.01 * centerCount * (featureCount + 2L) * sizeof(double));
        Assert.Equal(centers, result.Summary.Centers.Means.ToArray());

        // Every byte once, in the message's own array, and from there to where it belongs.
        Assert.InRange((double)allocated / shard.Summary.Length, 1, 1.1);
    }

    private static Payload Summary(Pass pass, BlockRange block)
    {
        var parts = pass.Context.Pool.Rent();
        var summary = new PartitionSummary
        {
            First = block.First,
            End = block.End,
            Centers = parts.Centers,
            RowCount = 1000,
            SkippedRows = 0,
            TotalWeight = 1000,
            PassSquaredDistances = 1,
            OpeningCost = 1,
            NearTies = 0,
            Sample = parts.Sample,
            CostSample = parts.CostSample,
            Rows = [],
        };
        return Payload.Of(stream =>
        {
            SummaryCodec.Write(stream, summary, pass.Context, pass.Id);
            LedgerCodec.Write(stream, [new LedgerEntry(0, 1000, 0, 1000 * pass.Context.FeatureCount * sizeof(float), 7, "far", 1, 1, 0)]);
        });
    }

    /// <summary>A shard that is done, on another silo: every chunk comes as a message does, out of its bytes.</summary>
    private sealed class FarShard : IShardGrain
    {
        private static readonly Serializer Serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

        private readonly byte[][] messages;

        public FarShard(Payload summary)
        {
            Summary = summary;
            messages = [.. Enumerable.Range(0, summary.ChunkCount).Select(index => Serializer.SerializeToArray(summary.ToChunk(index)))];
        }

        public Payload Summary { get; }

        public Task<ShardInfo> HelloAsync(long epoch) => throw new NotSupportedException();

        public Task<BlockAnswer> RunBlockAsync(BlockRequest request) =>
            Task.FromResult(new BlockAnswer { State = BlockState.Done, Summary = new Ticket { Name = $"{request.Attempt}", Length = Summary.Length } });

        public ValueTask<Chunk?> PullSummaryAsync(long epoch, long attempt, int index) => ValueTask.FromResult(Serializer.Deserialize<Chunk>(messages[index]));

        public Task DropAsync(long epoch, long attempt) => Task.CompletedTask;
    }
}
