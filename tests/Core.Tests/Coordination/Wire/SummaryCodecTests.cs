using KMeans.Coordination;
using KMeans.Input;
using KMeans.Training;

namespace KMeans.Tests.Coordination.Wire;

public class SummaryCodecTests
{
    [Theory]
    [InlineData(false, MissingPolicy.Error)]
    [InlineData(false, MissingPolicy.Skip)]
    [InlineData(true, MissingPolicy.Error)]
    [InlineData(true, MissingPolicy.Skip)]
    public void Read_OfWhatWasWritten_GivesTheSameBytesAgain(bool keepsAllRows, MissingPolicy missing)
    {
        var context = Summaries.Context(keepsAllRows, missing);
        var summary = Summaries.Train(context, 1);
        var bytes = Summaries.Encode(summary, context);
        Assert.Equal(SummaryCodec.Bytes(summary, context), bytes.Length);
        Assert.True(summary.Centers.Count > context.Broadcast.Count, "The test wants opened centers.");
        Assert.True(summary.Sample.Count > 0 && summary.CostSample.Count > 0, "The test wants sampled rows.");
        Assert.Equal(missing == MissingPolicy.Skip, summary.SkippedRows > 0);

        var read = Summaries.Decode(bytes, context, 1, 2);

        Assert.Equal(bytes, Summaries.Encode(read, context));
        Assert.Equal(summary.Centers.Ids.ToArray(), read.Centers.Ids.ToArray());
        Assert.Equal(keepsAllRows ? summary.RowCount : 0, read.Rows.Sum(block => block.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_ThenMerged_GivesTheBitsOfMergingTheOriginals(bool keepsAllRows)
    {
        var context = Summaries.Context(keepsAllRows);
        var atHome = Merged(context, travels: false);
        var travelled = Merged(context, travels: true);
        Assert.Equal(Summaries.Encode(atHome, context), Summaries.Encode(travelled, context));
        foreach (var summary in new[] { atHome, travelled })
        {
            summary.Sample.Seal();
            summary.CostSample.Seal();
        }

        Assert.Equal(atHome.Sample.Threshold, travelled.Sample.Threshold);
        Assert.Equal(Enumerable.Range(0, atHome.Sample.Count).Select(atHome.Sample.ExpandedWeight), Enumerable.Range(0, travelled.Sample.Count).Select(travelled.Sample.ExpandedWeight));
        Assert.Equal(Summaries.Encode(atHome, context), Summaries.Encode(travelled, context));
    }

    [Fact]
    public void Read_FromAStreamThatGoesOn_StopsAtTheEndOfThePayload()
    {
        var context = Summaries.Context();
        var bytes = Summaries.Encode(Summaries.Train(context, 0), context);
        using var stream = new MemoryStream([.. bytes, .. bytes, 42]);
        SummaryCodec.Read(stream, context, Summaries.Pass, new(0, 1));
        Assert.Equal(bytes.Length, stream.Position);
        SummaryCodec.Read(stream, context, Summaries.Pass, new(0, 1));
        Assert.Equal(42, stream.ReadByte());
    }

    /// <summary>The four partitions along the merge tree, each summary and each half sent through the codec or not.</summary>
    private static PartitionSummary Merged(PassContext context, bool travels)
    {
        var tree = new MergeTree<PartitionSummary>(context.Input.Partitions.Count, (earlier, later) => SummaryMerge.Merge(earlier, later, context));
        for (var i = context.Input.Partitions.Count - 1; i >= 0; i--)
        {
            var summary = Summaries.Train(context, i);
            tree.Add(i, travels ? Summaries.Decode(Summaries.Encode(summary, context), context, i, i + 1) : summary);
        }

        var root = tree.Root!;
        return travels ? Summaries.Decode(Summaries.Encode(root, context), context, 0, context.Input.Partitions.Count) : root;
    }
}
