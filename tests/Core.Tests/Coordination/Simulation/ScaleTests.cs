using System.Diagnostics;
using System.Globalization;
using KMeans.Coordination;

namespace KMeans.Tests.Coordination.Simulation;

/// <summary>How the coordinator's own work grows with the job, without the instances' work and without payloads: see docs/design/coordination.md.</summary>
public class ScaleTests
{
    private readonly VirtualWorld world = new(int.MaxValue);

    /// <summary>Set KMEANS_SCALE to a file's name to have the figures of large jobs written there.</summary>
    [Fact]
    public void Machine_OfALargeJob_HoldsFewSummaries_AndDecidesInMicroseconds()
    {
        var path = Environment.GetEnvironmentVariable("KMEANS_SCALE");
        int[] sizes = path is { Length: > 0 } ? [1_000, 10_000, 100_000] : [1_000];
        int[] fleets = path is { Length: > 0 } ? [10, 30, 100, 300] : [30];
        var lines = new List<string>();
        foreach (var partitions in sizes)
        {
            foreach (var instances in fleets)
            {
                var (blocks, events, held, seconds, bytes) = Run(partitions, instances);
                Assert.InRange(held, 1, Schedule.Bound(partitions, instances));
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{partitions} partitions, {instances} instances: {blocks} blocks, {events} events, {held} summaries held, {seconds:0.000} s, {1e6 * seconds / events:0.0} us an event, {bytes / 1e6:0.0} MB allocated"));
            }
        }

        if (path is { Length: > 0 })
        {
            File.WriteAllLines(path, lines);
        }
    }

    /// <summary>What one block costs the coordinator besides: its summary of K = 5,000 and d = 400 is read, merged and written to the checkpoint.</summary>
    [Fact]
    public void Coordinator_OfALargeModel_KeepsABlock()
    {
        var path = Environment.GetEnvironmentVariable("KMEANS_SCALE");
        var (k, d) = path is { Length: > 0 } ? (5_000, 400) : (50, 4);
        var centers = new double[k * d];
        for (var i = 0; i < centers.Length; i++)
        {
            centers[i] = i % 1000;
        }

        var samples = Support.Blobs.Make(100, d, 2);
        var context = Support.Passes.Context(samples, d, centers);
        var payload = new MemoryStream();
        SummaryCodec.Write(payload, Support.Passes.Run(context), context, 1);
        using var folder = new Support.TemporaryFolder();
        using var disk = new DiskFolder(folder.File("state"));
        var (read, merged, written) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < (path is { Length: > 0 } ? 15 : 1); i++)
        {
            var clock = Stopwatch.StartNew();
            payload.Position = 0;
            var earlier = SummaryCodec.Read(payload, context, 1, new BlockRange(0, 1));
            read.Add(clock.Elapsed.TotalMilliseconds);
            payload.Position = 0;
            var other = SummaryCodec.Read(payload, context, 1, new BlockRange(0, 1));
            var later = new KMeans.Training.PartitionSummary
            {
                First = 1,
                End = 2,
                Centers = other.Centers,
                RowCount = other.RowCount,
                SkippedRows = 0,
                TotalWeight = other.TotalWeight,
                PassSquaredDistances = other.PassSquaredDistances,
                OpeningCost = other.OpeningCost,
                NearTies = 0,
                Sample = other.Sample,
                CostSample = other.CostSample,
            };
            for (var j = 0; j < k; j++)
            {
                // As if every center had rows on both sides.
                (earlier.Centers.Weights[j], later.Centers.Weights[j]) = (1, 1);
            }

            clock.Restart();
            KMeans.Training.SummaryMerge.Merge(earlier, later, context);
            merged.Add(clock.Elapsed.TotalMilliseconds);
            clock.Restart();
            disk.Write($"block-0-0-{i + 1}.kmc", stream => SummaryCodec.Write(stream, earlier, context, 1));
            written.Add(clock.Elapsed.TotalMilliseconds);
            Assert.Equal(2 * k, earlier.Centers.Weights.ToArray().Sum());
        }

        if (path is { Length: > 0 })
        {
            File.WriteAllText($"{path}.block", string.Create(CultureInfo.InvariantCulture, $"{payload.Length / 1e6:0.0} MB: read {Median(read):0.0} ms, merged {Median(merged):0.0} ms, written and synced {Median(written):0.0} ms\n"));
        }

        static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
    }

    /// <summary>Instances of 16 threads that take 1 to 2 seconds for a partition and thread; a merge tree of nothing but blocks says what is held.</summary>
    private (int Blocks, int Events, int Held, double Seconds, long Bytes) Run(int partitions, int instances)
    {
        var random = new Random(partitions + instances);
        var machine = new PassMachine(partitions, [], 1, new LeaseOptions(), world);
        var tree = new KMeans.Training.MergeTree<object>(partitions, (_, _) => { });
        var answers = new Queue<PassCommand.Start>();
        var (blocks, events) = (0, 0);
        var free = new Dictionary<IInstance, double>();
        for (var i = 0; i < instances; i++)
        {
            var instance = new Stub($"i{i}");
            free[instance] = 0;
            machine.Join(instance);
        }

        var clock = new Stopwatch();
        var before = GC.GetTotalAllocatedBytes(true);
        while (!machine.IsComplete)
        {
            clock.Start();
            machine.Advance(tree.HeldCount);
            var wake = machine.NextWake() - machine.Elapsed();
            clock.Stop();
            events++;
            foreach (var start in machine.Commands.OfType<PassCommand.Start>())
            {
                var begins = Math.Max(world.Seconds, free[start.Instance]);
                free[start.Instance] = begins + (start.Block.Count * (1 + random.NextDouble()) / 16);
                world.After(free[start.Instance] - world.Seconds, () => answers.Enqueue(start));
            }

            machine.Commands.Clear();
            while (answers.Count == 0 && world.Step(world.GetTimestamp() + wake.Ticks))
            {
            }

            clock.Start();
            while (answers.TryDequeue(out var answer))
            {
                if (machine.Finish(answer.Attempt, answer.Block) > 0)
                {
                    tree.RemoveWithin(answer.Block);
                    tree.Add(answer.Block, answer);
                    blocks++;
                }
            }

            clock.Stop();
        }

        return (blocks, events, machine.Counts.MostHeld, clock.Elapsed.TotalSeconds, GC.GetTotalAllocatedBytes(true) - before);
    }

    private sealed class Stub(string name) : IInstance
    {
        public string Name => name;

        public int Threads => 16;

        public Task<BlockResult> RunAsync(Pass pass, BlockRange block, long attempt, Action<int, double>? advanced, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
