using KMeans.Coordination;
using KMeans.Input;
using KMeans.Kernels;
using KMeans.Training;

namespace KMeans.Tests.Coordination.Wire;

public class PassSpecCodecTests
{
    private readonly PassContext context = Summaries.Context();

    [Fact]
    public void Read_OfWhatWasWritten_GivesTheSameBytesAndKey()
    {
        var spec = Spec(context);
        var bytes = Encode(spec);
        var read = PassSpecCodec.Read(new MemoryStream(bytes), bytes.Length);
        Assert.Equal(bytes.Length, PassSpecCodec.Bytes(spec));
        Assert.Equal(bytes, Encode(read));
        Assert.Equal(spec.Key, read.Key);
        Assert.Equal(spec.Input.Files, read.Input.Files);
        Assert.Equal(spec.Input.Paths, read.Input.Paths);
        Assert.Equal(spec.Input.Choice.WeightColumn, read.Input.Choice.WeightColumn);
        Assert.Equal(spec.Input.Format, read.Input.Format);
        Assert.Equal(spec.Input.Recipe, read.Input.Recipe);
    }

    [Fact]
    public void ToContext_OfASpecThatTravelled_GivesSummariesOfTheSameBits()
    {
        var spec = PassSpecCodec.Read(new MemoryStream(Encode(Spec(context))), 1 << 20);
        var elsewhere = spec.ToContext(context.Input, AssignmentKernels.Best, context.TileValues);
        Assert.Equal(Summaries.Encode(Summaries.Train(context, 2), context), Summaries.Encode(Summaries.Train(elsewhere, 2), elsewhere));
    }

    [Fact]
    public void Key_OfPassesThatDiffer_Differs()
    {
        var keys = new[]
        {
            Spec(context), Spec(context with { Seed = 2 }), Spec(context with { Epoch = 1 }), Spec(context with { HalfLife = 5 }), Spec(context with { KeepsAllRows = true }),
            Spec(context with { Missing = MissingPolicy.Skip }), Spec(context with { Opening = OpeningRule.None }), Spec(context, length: 4322), Spec(context, passId: 8),
        }.Select(spec => spec.Key).ToArray();
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], Spec(context).Key);
    }

    [Fact]
    public void Read_CutOffOrDamaged_Refuses()
    {
        var bytes = Encode(Spec(context));
        for (var i = 0; i < bytes.Length; i++)
        {
            Assert.Throws<SummaryFormatException>(() => PassSpecCodec.Read(new MemoryStream(bytes[..i]), bytes.Length));
            bytes[i] ^= (byte)(1 << (i % 8));
            Assert.Throws<SummaryFormatException>(() => PassSpecCodec.Read(new MemoryStream(bytes), bytes.Length));
            bytes[i] ^= (byte)(1 << (i % 8));
        }
    }

    [Fact]
    public void Read_BeyondTheLimit_Refuses()
    {
        var bytes = Encode(Spec(context));
        var error = Assert.Throws<SummaryFormatException>(() => PassSpecCodec.Read(new MemoryStream(bytes), 100));
        Assert.Contains("where at most 100 are possible", error.Message, StringComparison.Ordinal);
    }

    private static PassSpec Spec(PassContext context, long length = 4321, ulong passId = 7) => new PassSpec(passId, context, new InputSpec
    {
        Paths = ["rows/*.parquet", "größer.csv"],
        Format = new InputFormatOptions { Format = "csv", CsvHeader = true, CsvDelimiter = ';' },
        Recipe = """{"version":1,"columns":[{"name":"größe"}]}""",
        Choice = new ColumnChoice(null, ["id"], "w"),
        Distribution = DataDistribution.FullyReplicated,
        Files = [new FileIdentity("a", length, 100, true), new FileIdentity("b", 0, null, false)],
        Columns = [new FeatureColumn("x", 1), new FeatureColumn("list", 4)],
        ColumnsAreNamed = true,
    });

    private static byte[] Encode(PassSpec spec)
    {
        using var stream = new MemoryStream();
        PassSpecCodec.Write(stream, spec);
        return stream.ToArray();
    }
}
