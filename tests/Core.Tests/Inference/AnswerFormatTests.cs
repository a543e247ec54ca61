using System.Text;
using KMeans.Inference;

namespace KMeans.Tests.Inference;

public class AnswerFormatTests
{
    private const string TwoRows = "3,5\n0,2\n";

    [Theory]
    [InlineData(InferenceFormat.Json, """{"predictions":[{"closest_cluster":1.0,"distance_to_cluster":1.0},{"closest_cluster":0.0,"distance_to_cluster":2.0}]}""")]
    [InlineData(InferenceFormat.JsonLines, "{\"distance_to_cluster\": 1.0, \"closest_cluster\": 1.0}\n{\"distance_to_cluster\": 2.0, \"closest_cluster\": 0.0}\n")]
    [InlineData(InferenceFormat.Csv, "1.0,1.0\n0.0,2.0\n")]
    public void Write_OfText_GivesTheReferencesBytes(InferenceFormat format, string expected)
    {
        using var model = SmallInference.Model();
        Assert.Equal(expected, Encoding.UTF8.GetString(model.Answer(Encoding.UTF8.GetBytes(TwoRows), InferenceFormat.Csv, format)));
    }

    [Fact]
    public void Write_OfRecords_GivesOneARowWithTwoLabels()
    {
        const string name = "0a0f636c6f736573745f636c7573746572";
        const string distance = "0a1364697374616e63655f746f5f636c7573746572";
        const string expected = $"0a23d7ce3e000000 121b{name} 120812060a040000803f 121f{distance} 120812060a040000803f 0000" + $"0a23d7ce3e000000 121b{name} 120812060a0400000000 121f{distance} 120812060a0400000040 0000";
        using var model = SmallInference.Model();
        Assert.Equal(SmallInference.Bytes(expected), model.Answer(Encoding.UTF8.GetBytes(TwoRows), InferenceFormat.Csv, InferenceFormat.RecordIO));
    }

    [Fact]
    public void Write_OfRecordsWithUidAndMetadata_RepeatsThem()
    {
        // The row (0, 0) with uid "ab", without, and with uid "c" and metadata "{}", the fields once before and once after the features.
        const string row = "0a160a0676616c756573120c120a0a080000000000000000";
        const string body = $"0a23d7ce1c000000 1a026162 {row}" + $"0a23d7ce18000000 {row}" + $"0a23d7ce1f000000 {row} 1a0163 22027b7d 00";
        const string label = "121b0a0f636c6f736573745f636c7573746572120812060a0400000000 121f0a1364697374616e63655f746f5f636c7573746572120812060a0400000000";
        const string expected = $"0a23d7ce42000000 {label} 1a026162 0000" + $"0a23d7ce3e000000 {label} 0000" + $"0a23d7ce45000000 {label} 1a0163 22027b7d 000000";
        using var model = SmallInference.Model();
        for (var again = 0; again < 2; again++)
        {
            Assert.Equal(SmallInference.Bytes(expected), model.Answer(SmallInference.Bytes(body), InferenceFormat.RecordIO, InferenceFormat.RecordIO));
        }
    }

    [Theory]
    [InlineData(0, "0.0")]
    [InlineData(9, "9.0")]
    [InlineData(10, "10.0")]
    [InlineData(123456, "123456.0")]
    [InlineData(0.1, "0.10000000149011612")]
    [InlineData(0.27046188712120056, "0.27046188712120056")]
    [InlineData(23.40593910217285, "23.40593910217285")]
    [InlineData(1e-8, "9.99999993922529e-09")]
    [InlineData(1e20, "1.0000000200408773e+20")]
    [InlineData(1e39, "1e+39")]
    public void Number_IsTheFloatsValueAsADouble(double value, string expected)
    {
        var text = new byte[32];
        Assert.Equal(expected, Encoding.ASCII.GetString(text, 0, AnswerNumber.Write(text, value)));
    }
}
