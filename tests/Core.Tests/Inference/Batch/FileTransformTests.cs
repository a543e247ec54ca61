using System.Text;
using KMeans.Inference;
using KMeans.Inference.Batch;

namespace KMeans.Tests.Inference.Batch;

public class FileTransformTests
{
    private const string Row = "0a23d7ce18000000 0a160a0676616c756573120c120a0a080000404000008040";
    private const string Zero = "0a23d7ce18000000 0a160a0676616c756573120c120a0a080000000000000000";

    private static readonly BatchOptions Csv = new() { Input = InferenceFormat.Csv, Output = InferenceFormat.Csv, Split = PayloadSplit.Line };
    private static readonly BatchOptions Json = new() { Input = InferenceFormat.JsonLines, Output = InferenceFormat.JsonLines, Split = PayloadSplit.Line };

    [Theory]
    [InlineData(PayloadSplit.None, true, 1 << 20)]
    [InlineData(PayloadSplit.Line, true, 1 << 20)]
    [InlineData(PayloadSplit.Line, true, 9)]
    [InlineData(PayloadSplit.Line, false, 1 << 20)]
    [InlineData(PayloadSplit.Line, false, 9)]
    public void Run_HoweverItIsCut_GivesOneAnswer(PayloadSplit split, bool isMultiRecord, int most)
    {
        var options = Csv with { Split = split, IsMultiRecord = isMultiRecord, MostPayloadBytes = most };
        Assert.Equal("1.0,0.0\n0.0,1.0\n1.0,1.0\n", Transform("3,4\r\n\n\n0,-1\n3.00,5", options));
    }

    [Fact]
    public void Run_OfManyRows_KeepsTheirOrder()
    {
        var rows = Enumerable.Range(0, 20_000).Select(i => i % 3 == 0 ? ("3,4\n", "1.0,0.0\n") : ($"-{i},0\n", $"0.0,{i}.0\n")).ToArray();
        Assert.Equal(string.Concat(rows.Select(row => row.Item2)), Transform(string.Concat(rows.Select(row => row.Item1)), Csv with { MostPayloadBytes = 1000 }));
    }

    [Theory]
    [InlineData(true, false, """{"predictions":[{"closest_cluster":1.0,"distance_to_cluster":0.0},{"closest_cluster":0.0,"distance_to_cluster":0.0}]}""")]
    [InlineData(true, true, """{"predictions":[{"closest_cluster":1.0,"distance_to_cluster":0.0},{"closest_cluster":0.0,"distance_to_cluster":0.0}]}""" + "\n")]
    [InlineData(false, true, """{"predictions":[{"closest_cluster":1.0,"distance_to_cluster":0.0}]}""" + "\n" + """{"predictions":[{"closest_cluster":0.0,"distance_to_cluster":0.0}]}""" + "\n")]
    public void Run_ToJson_GivesADocumentAPayload(bool isMultiRecord, bool assemblesLines, string expected) =>
        Assert.Equal(expected, Transform("3,4\n0,0\n", Csv with { Output = InferenceFormat.Json, IsMultiRecord = isMultiRecord, AssemblesLines = assemblesLines }));

    [Theory]
    [InlineData(true, 100)]
    [InlineData(true, 40)]
    [InlineData(false, 100)]
    public void Run_OfRecords_CutsBetweenThem(bool isMultiRecord, int most)
    {
        var options = new BatchOptions { Input = InferenceFormat.RecordIO, Output = InferenceFormat.Csv, Split = PayloadSplit.RecordIO, IsMultiRecord = isMultiRecord, MostPayloadBytes = most };
        Assert.Equal("1.0,0.0\n0.0,0.0\n1.0,0.0\n", Encoding.UTF8.GetString(Transform(SmallInference.Bytes(Row + Zero + Row), options)));
    }

    [Fact]
    public void Run_WithInputJoined_PutsColumnsBehindRows() =>
        Assert.Equal("3,4,1.0,0.0\n0, 0,0.0,0.0\n", Transform("3,4\r\n\n0, 0", Csv with { JoinsInput = true }));

    [Fact]
    public void Run_WithInputJoined_PutsAMemberIntoLines() => Assert.Equal(
        """{"features":[3,4],"id":"a","SageMakerOutput":{"distance_to_cluster": 0.0, "closest_cluster": 1.0}}""" + "\n" + """{"features":[0,0],"SageMakerOutput":{"distance_to_cluster": 0.0, "closest_cluster": 0.0}}""" + "\n",
        Transform("{\"features\":[3,4],\"id\":\"a\"}\n\n{\"features\":[0,0] }", Json with { JoinsInput = true }));

    [Fact]
    public void Run_WithInputJoined_PutsAMemberIntoADocument() => Assert.Equal(
        """{"instances":[{"features":[3,4]}],"SageMakerOutput":{"predictions":[{"closest_cluster":1.0,"distance_to_cluster":0.0}]}}""" + "\n",
        Transform("{\"instances\":[{\"features\":[3,4]}]}\n", new BatchOptions { Input = InferenceFormat.Json, JoinsInput = true, AssemblesLines = true }));

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    public void Run_OfAnEmptyFile_IsEmpty(string text) => Assert.Equal("", Transform(text, Csv));

    [Theory]
    [InlineData("1,2\n3,4\n\n5,6\n7\n", 8, "x.csv: row 4 has 1 values, the model has 2 features; send one value a feature.")]
    [InlineData("1,2\n1,22222222\n", 8, "x.csv: has a line that is larger than MaxPayloadInMB (0 MB); raise it.")]
    public void Run_OfAWrongFile_NamesItAndTheRow(string text, int most, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => Transform(text, Csv with { MostPayloadBytes = most })).Message);

    [Fact]
    public void Run_OfTooMuchUnsplit_SaysSo() =>
        Assert.Equal("x.csv: is not split, and is larger than MaxPayloadInMB (0 MB); give a SplitType, or raise it.", Assert.Throws<InputException>(() => Transform("1,2\n3,4\n", Csv with { Split = PayloadSplit.None, MostPayloadBytes = 7 })).Message);

    [Theory]
    [InlineData(Row + "0a23d7ce180000000a", "x.csv: record 2 is cut off")]
    [InlineData(Row + "0b23d7ce18000000", "x.csv: record 2 does not begin with the recordIO magic number")]
    public void Run_OfDamagedRecords_NamesThem(string hex, string message)
    {
        var options = new BatchOptions { Input = InferenceFormat.RecordIO, Split = PayloadSplit.RecordIO };
        Assert.StartsWith(message, Assert.Throws<InputException>(() => Transform(SmallInference.Bytes(hex), options)).Message);
    }

    private static string Transform(string text, BatchOptions options) => Encoding.UTF8.GetString(Transform(Encoding.UTF8.GetBytes(text), options));

    private static byte[] Transform(byte[] bytes, BatchOptions options)
    {
        using var model = SmallInference.Model();
        var output = new MemoryStream();
        FileTransform.Run(new Trickle(bytes), "x.csv", output, model, options, CancellationToken.None);
        return output.ToArray();
    }

    /// <summary>Gives a few bytes at a time, as a network does.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 7));
    }
}
