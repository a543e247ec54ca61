using System.Buffers.Binary;
using KMeans.Coordination;
using KMeans.Training;

namespace KMeans.Tests.Coordination.Wire;

/// <summary>Payloads that are cut off, damaged, or made by someone else: each ends in one error, and none takes memory that the pass does not allow.</summary>
public class SummaryDamageTests
{
    private const int FirstCount = WireWriter.HeaderBytes + sizeof(long);

    private readonly PassContext context = Summaries.Context();
    private readonly byte[] bytes;

    public SummaryDamageTests() => bytes = Summaries.Encode(Summaries.Train(context, 0), context);

    [Fact]
    public void Read_CutOffAtEveryLength_Refuses()
    {
        for (var length = 0; length < bytes.Length; length++)
        {
            var error = Assert.Throws<SummaryFormatException>(() => Summaries.Decode(bytes[..length], context, 0, 1));
            Assert.Equal("the summary of block 0 is cut off.", error.Message);
        }
    }

    [Fact]
    public void Read_WithAnyBitFlipped_Refuses()
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= (byte)(1 << (i % 8));
            Assert.Throws<SummaryFormatException>(() => Summaries.Decode(bytes, context, 0, 1));
            bytes[i] ^= (byte)(1 << (i % 8));
        }

        Summaries.Decode(bytes, context, 0, 1);
    }

    /// <summary>Fields with a right checksum, as a faulty or hostile worker would send them.</summary>
    [Theory]
    [InlineData(FirstCount, "the first partition")]
    [InlineData(FirstCount + 4, "the end")]
    [InlineData(FirstCount + 8, "the feature count")]
    [InlineData(FirstCount + 12, "the broadcast centers")]
    [InlineData(FirstCount + 16, "opened centers")]
    [InlineData(FirstCount + 20, "blocks of rows")]
    public void Read_OfACountThatThePassDoesNotAllow_NamesIt(int position, string name)
    {
        foreach (var count in new[] { -1, int.MinValue, int.MaxValue, 1_000_000 })
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(position), count);
            var error = Assert.Throws<SummaryFormatException>(() => Summaries.Decode(Sealed(), context, 0, 1));
            Assert.Contains($"has {name} {count} where", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0, -1.0)]
    [InlineData(0, double.NaN)]
    [InlineData(0, double.PositiveInfinity)]
    [InlineData(1, double.NaN)]
    [InlineData(2, double.NaN)]
    [InlineData(2, -1.0)]
    public void Read_OfASumThatCannotBe_Refuses(int field, double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(FirstCount + 24 + 16 + (field * 8)), value);
        Assert.Throws<SummaryFormatException>(() => Summaries.Decode(Sealed(), context, 0, 1));
    }

    [Fact]
    public void Read_OfANumberThatIsNotFinite_RefusesItWhereverItIs()
    {
        var summary = Summaries.Decode(bytes, context, 0, 1);
        summary.Centers.Means[3] = double.NaN;
        Refuses(summary, "centers that are not finite");
        summary.Centers.Means[3] = 0;
        summary.Centers.Weights[1] = double.PositiveInfinity;
        Refuses(summary, "weights that are not finite");
        summary.Centers.Weights[1] = -1;
        Refuses(summary, "negative weight");
        summary.Centers.Weights[1] = 1;
        summary.Centers.SquaredErrors[0] = double.NaN;
        Refuses(summary, "squared errors that are not finite");
        summary.Centers.SquaredErrors[0] = 0;
        summary.Sample.Restore(new KeptRow(1, 0.5, 1, 1, 0), [1, 2, float.NaN, 4, 5]);
        Refuses(summary, "sampled rows that are not finite");
    }

    [Fact]
    public void Read_OfASampledRowOfNoCenter_Refuses()
    {
        var summary = Summaries.Decode(bytes, context, 0, 1);
        summary.Sample.Restore(new KeptRow(1, 0.5, 1, 1, summary.Centers.Count), [1, 2, 3, 4, 5]);
        Refuses(summary, "a sampled row's center");
    }

    [Fact]
    public void Read_OfASampleThatIsTooLarge_Refuses()
    {
        var summary = Summaries.Decode(bytes, context, 0, 1);
        while (summary.CostSample.Count <= SummaryLimits.SampleRows(context.Retention.CostSampleLimit))
        {
            summary.CostSample.Restore(new KeptRow(summary.CostSample.Count, 0, 1, 1, 0), [1, 2, 3, 4, 5]);
        }

        Refuses(summary, "rows in a sample");
    }

    [Fact]
    public void Read_OfOpenedCentersOutOfOrder_Refuses()
    {
        var summary = Summaries.Decode(bytes, context, 0, 1);
        summary.Centers.Add(summary.Centers.Ids[^1], 1, new double[5], 0);
        Refuses(summary, "out of their order");
    }

    [Fact]
    public void Read_OfAnotherPassOrBlock_Refuses()
    {
        var error = Assert.Throws<SummaryFormatException>(() => SummaryCodec.Read(new MemoryStream(bytes), context, Summaries.Pass + 1, new BlockRange(0, 1)));
        Assert.Contains("is of another pass", error.Message, StringComparison.Ordinal);
        Assert.Throws<SummaryFormatException>(() => Summaries.Decode(bytes, context, 1, 2));
        Assert.Throws<SummaryFormatException>(() => Summaries.Decode(bytes, context, 0, 2));
    }

    [Fact]
    public void Read_OfALengthBeyondThePass_RefusesBeforeItReadsOn()
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), 1L << 40);
        using var stream = new MemoryStream(bytes);
        var error = Assert.Throws<SummaryFormatException>(() => SummaryCodec.Read(stream, context, Summaries.Pass, new BlockRange(0, 1)));
        Assert.Contains("says that it has 1099511627776 bytes where at most", error.Message, StringComparison.Ordinal);
        Assert.Equal(WireWriter.HeaderBytes, stream.Position);
    }

    [Fact]
    public void Read_OfRowsThatDoNotAddUp_Refuses()
    {
        var rowContext = Summaries.Context(keepsAllRows: true);
        var summary = Summaries.Train(rowContext, 3);
        summary.RowCount++;
        var error = Assert.Throws<SummaryFormatException>(() => Summaries.Decode(Summaries.Encode(summary, rowContext), rowContext, 3, 4));
        Assert.Contains("has 1 rows fewer than it says", error.Message, StringComparison.Ordinal);
        summary.RowCount -= 2;
        Assert.Throws<SummaryFormatException>(() => Summaries.Decode(Summaries.Encode(summary, rowContext), rowContext, 3, 4));
    }

    private void Refuses(PartitionSummary summary, string problem)
    {
        var error = Assert.Throws<SummaryFormatException>(() => Summaries.Decode(Summaries.Encode(summary, context), context, 0, 1));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    /// <summary>The bytes with a checksum that fits them.</summary>
    private byte[] Sealed()
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(bytes.Length - WireWriter.TrailerBytes), ContentHash.Of(bytes.AsSpan(0, bytes.Length - WireWriter.TrailerBytes)));
        return bytes;
    }
}
