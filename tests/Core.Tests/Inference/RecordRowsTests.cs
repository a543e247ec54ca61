using KMeans.Inference;

namespace KMeans.Tests.Inference;

public class RecordRowsTests
{
    /// <summary>The row (1.5, -2) as protoc and the reference's writer encode it, in each tensor type, dense and sparse, with a label; with -2 for int32 the row is (1, -1).</summary>
    private const string Float = "0a23d7ce18000000 0a160a0676616c756573120c120a0a080000c03f000000c0";
    private const string Double = "0a23d7ce20000000 0a1e0a0676616c75657312141a120a10000000000000f83f00000000000000c0";
    private const string Int = "0a23d7ce1b000000 0a190a0676616c756573120f3a0d0a0b01ffffffffffffffffff01 00";
    private const string Sparse = "0a23d7ce1f000000 0a1d0a0676616c7565731213 12110a080000c03f000000c0 12020001 1a0102 00";
    private const string Labelled = "0a23d7ce2c000000 0a160a0676616c756573120c120a0a080000c03f000000c0 12120a0676616c756573120812060a040000e040";

    [Theory]
    [InlineData(Float, 2.5)]
    [InlineData(Double, 2.5)]
    [InlineData(Sparse, 2.5)]
    [InlineData(Labelled, 2.5)]
    [InlineData(Int, 1.4142135623730951)]
    public void GoldenBytes_OfEveryTensor_AreRead(string hex, double distance)
    {
        using var model = SmallInference.Model();
        byte[] body = [.. SmallInference.Bytes(Float), .. SmallInference.Bytes(hex), .. SmallInference.Bytes(hex)];
        Assert.Equal([(0, 2.5), (0, distance), (0, distance)], model.Results(body, InferenceFormat.RecordIO));

        // Again, now that a first record is known.
        Assert.Equal([(0, distance), (0, distance)], model.Results(body.AsSpan(SmallInference.Bytes(Float).Length), InferenceFormat.RecordIO));
    }

    [Theory]
    [InlineData("", "there are no rows; send at least one.")]
    [InlineData("0a23d7", "row 1 is cut off")]
    [InlineData("0b23d7ce18000000 0a160a0676616c756573120c120a0a080000c03f000000c0", "row 1 does not begin with the recordIO magic number (byte 0)")]
    [InlineData(Float + "ff23d7ce18000000", "row 2 does not begin with the recordIO magic number (byte 32)")]
    [InlineData("0a23d7ceffffff1f 0a16", "row 1 is cut off")]
    [InlineData("0a23d7ce18000020 0a160a0676616c756573120c120a0a080000c03f000000c0", "row 1 is split into parts")]
    [InlineData("0a23d7ce21000000 0a1f0a0676616c756573121512130a080000803f0000804012031aac021a02d00f 000000", "row 1 has 2000 values, the model has 2 features")]
    [InlineData("0a23d7ce00000000", "row 1 has no features[\"values\"]")]
    [InlineData("0a23d7ce02000000 0aff0000", "row 1 is no valid protobuf message")]
    [InlineData("0a23d7ce12000000 0a100a0676616c756573120612040a020000 0000", "row 1 has a damaged tensor")]
    [InlineData(Float + "0a23d7ce18000000 0a160a0676616c756573120c120a0a080000c07f000000c0", "row 2, value 1 (c0): is missing, not finite")]
    public void Read_OfAWrongRecord_NamesIt(string hex, string message) => Assert.StartsWith(message, SmallInference.Refusal(SmallInference.Bytes(hex), InferenceFormat.RecordIO));

    [Fact]
    public void Read_CutAtEveryByte_IsRefusedOrWhole()
    {
        var whole = SmallInference.Bytes(Float + Labelled);
        for (var length = 1; length < whole.Length; length++)
        {
            if (length != SmallInference.Bytes(Float).Length)
            {
                Assert.StartsWith("row ", SmallInference.Refusal(whole.AsSpan(0, length), InferenceFormat.RecordIO));
            }
        }
    }
}
