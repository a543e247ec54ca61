using KMeans.Coordination;
using KMeans.Training;

namespace KMeans.Tests.Coordination;

public class PlacementBoardTests
{
    [Fact]
    public void Snapshot_WhileBlocksGoOutAndComeBack_ShowsWhereEachPartitionIs()
    {
        var board = new PlacementBoard(2, 4);
        Assert.Equal([0, 0, 0, 0], board.Snapshot().Cells);

        board.Give("a", 2, new BlockRange(0, 2), 1);
        board.Give("b", 1, new BlockRange(2, 3), 2);
        Assert.Equal([-1, -1, -2, 0], board.Snapshot().Cells);
        Assert.Equal([new InstancePlacement("a", 2, 2, 0, 0), new InstancePlacement("b", 1, 1, 0, 0)], board.Snapshot().Instances);

        board.Take(Entries("b", 2, 3));
        board.End(2);
        Assert.Equal([-1, -1, 2, 0], board.Snapshot().Cells);
        Assert.Equal([new InstancePlacement("a", 2, 2, 0, 0), new InstancePlacement("b", 1, 0, 1, 0)], board.Snapshot().Instances);
        Assert.Equal((2, 4), (board.Snapshot().Epoch, board.Snapshot().Partitions));
    }

    [Fact]
    public void End_WithoutAResult_CountsABlockAsLostAndLetsItWait()
    {
        var board = new PlacementBoard(0, 2);
        board.Give("a", 1, new BlockRange(0, 2), 1);

        board.End(1);
        board.End(1);

        Assert.Equal([0, 0], board.Snapshot().Cells);
        Assert.Equal([new InstancePlacement("a", 1, 0, 0, 1)], board.Snapshot().Instances);
    }

    [Fact]
    public void End_WhereAnotherInstanceWasFirst_IsNoLoss()
    {
        var board = new PlacementBoard(0, 2);
        board.Give("slow", 1, new BlockRange(0, 2), 1);
        board.Give("quick", 1, new BlockRange(1, 2), 2);
        Assert.Equal([-1, -2], board.Snapshot().Cells);

        board.Take(Entries("quick", 1, 2));
        board.End(2);
        Assert.Equal([-1, 2], board.Snapshot().Cells);

        // The whole comes after its part, and counts instead of it.
        board.Take(Entries("slow", 0, 2));
        board.End(1);
        Assert.Equal([1, 1], board.Snapshot().Cells);
        Assert.Equal([new InstancePlacement("slow", 1, 0, 2, 0), new InstancePlacement("quick", 1, 0, 0, 0)], board.Snapshot().Instances);
    }

    [Fact]
    public void Snapshot_OfManyPartitions_HasAsManyCellsAsAMapShows()
    {
        var board = new PlacementBoard(0, 1000);
        board.Give("a", 1, new BlockRange(0, 4), 1);
        board.Take(Entries("a", 0, 4));
        board.End(1);
        board.Give("b", 1, new BlockRange(4, 8), 2);

        // 1,000 in 256 cells: the first holds 0 to 2, the second 3 to 6.
        var cells = board.Snapshot().Cells;
        Assert.Equal(256, cells.Count);
        Assert.Equal([1, -2, -2, 0], cells.Take(4));
    }

    [Fact]
    public void Snapshot_OfManyInstances_PutsTheLastOnesTogether()
    {
        var board = new PlacementBoard(0, 100);
        for (var i = 0; i < 100; i++)
        {
            board.Give($"instance-{i}", 1, BlockRange.Leaf(i), i);
        }

        var instances = board.Snapshot().Instances;
        Assert.Equal(64, instances.Count);
        Assert.Equal(new InstancePlacement("others", 1, 37, 0, 0), instances[^1]);
    }

    [Fact]
    public void Train_WithSeveralInstances_ReportsWhoHadThePartitions()
    {
        var reports = new List<TrainingProgress>();
        var rows = Enumerable.Range(0, 1_200_000).Select(i => (float)((i % 4 * 10) + (i % 7))).ToArray();

        var result = Trainer.Train(rows, 2, new TrainingOptions { ClusterCount = 4, Shards = 3, Threads = 3 }, new Listener(reports));

        var placement = reports.Last(report => report.Phase == TrainingPhase.Reducing).Placement!;
        Assert.True(placement.Partitions > 3);
        Assert.Equal(result.Report.Partitions, placement.Partitions);
        Assert.Equal(placement.Partitions, placement.Instances.Sum(instance => instance.Back));
        Assert.All(placement.Instances, instance => Assert.Equal(0, instance.Out));
        Assert.All(placement.Cells, cell => Assert.True(cell > 0));
    }

    private static List<LedgerEntry> Entries(string instance, int first, int end) =>
        [.. Enumerable.Range(first, end - first).Select(partition => new LedgerEntry(partition, 1, 0, 4, 0, instance, 1, 0, 0))];

    private sealed class Listener(List<TrainingProgress> reports) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            lock (reports)
            {
                reports.Add(value);
            }
        }
    }
}
