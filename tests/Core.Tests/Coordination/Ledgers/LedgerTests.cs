using KMeans.Coordination;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Coordination.Ledgers;

public class LedgerTests
{
    private const int Features = 8_192;

    [Fact]
    public void Train_OfWeightedAndChangedRows_HasAnotherHash()
    {
        var rows = Blobs.Make(3000, Features, 3);
        var options = new TrainingOptions { ClusterCount = 3, RowBudget = 0, Threads = 1, SummaryRows = SummaryRows.Parse("20") };
        var result = Trainer.Train(rows, Features, options);
        var ledger = result.Report.Ledger;

        Assert.Equal((3, 3000L, 0L, 3000L * Features * sizeof(float)), (ledger.Partitions, ledger.Rows, ledger.SkippedRows, ledger.Bytes));
        Assert.Equal([1024L, 1024, 952], result.Ledger.Select(entry => entry.Rows));
        Assert.Equal([0, 1, 2], result.Ledger.Select(entry => entry.Partition));
        Assert.All(result.Ledger, entry => Assert.Equal(1, entry.Attempts));
        Assert.Equal(ledger.Hash, Trainer.Train(rows, Features, options with { Shards = 3, Threads = 3 }).Report.Ledger.Hash);

        rows[^1] += 1;
        Assert.NotEqual(ledger.Hash, Trainer.Train(rows, Features, options).Report.Ledger.Hash);
    }

    [Fact]
    public void Fault_OfAResultThatDoesNotFit_SaysWhy()
    {
        var samples = Blobs.Make(100, 2, 2);
        var context = Passes.Context(samples, 2, [0, 0, 1, 1]);
        var summary = Passes.Run(context);
        var entry = new LedgerEntry(0, 100, 0, 800, 1, "a", 1, 1, 1);

        Assert.Null(KMeans.Coordination.Ledger.Fault(new BlockResult(summary, [entry]), BlockRange.Leaf(0)));
        Assert.Contains("whose ledger entries have 99", KMeans.Coordination.Ledger.Fault(new BlockResult(summary, [entry with { Rows = 99 }]), BlockRange.Leaf(0)), StringComparison.Ordinal);
        Assert.Contains("partition 1 in the place of 0", KMeans.Coordination.Ledger.Fault(new BlockResult(summary, [entry with { Partition = 1 }]), BlockRange.Leaf(0)), StringComparison.Ordinal);
        Assert.Contains("were asked for", KMeans.Coordination.Ledger.Fault(new BlockResult(summary, []), BlockRange.Leaf(0)), StringComparison.Ordinal);
    }
}
