using KMeans.Inference;

namespace KMeans.Tests.Inference;

public class JsonRowsTests
{
    [Theory]
    [InlineData("""{"features":[3,4]}""")]
    [InlineData("""{"features":[3.0,4e0],"configuration":{"a":[1,{"b":2}]}}""")]
    [InlineData("""{"data":{"features":{"values":[3,4]}}}""")]
    [InlineData("""{"configuration":{},"data":{"label":[7],"features":{"shape":[2],"values":[3,4]}}}""")]
    [InlineData("""{"data":{"features":{"keys":[0,1],"shape":[2],"values":[3,4]}}}""")]
    [InlineData("""{"data":{"features":{"values":[4,3],"shape":[2],"keys":[1,0]}}}""")]
    [InlineData("""{"data":{"features":{"values":[3,4],"shape":[1,2]}}}""")]
    [InlineData("""{"features":{"values":[3,4],"type":"float32"}}""")]
    [InlineData("""{"data":{"features":[3,4]}}""")]
    public void Row_InEveryForm_IsTheSameRow(string row)
    {
        using var model = SmallInference.Model();
        Assert.Equal([(1, 0.0)], model.Results(row, InferenceFormat.JsonLines));
        Assert.Equal([(0, 0.0), (1, 0.0)], model.Results($$"""{"version":1,"instances":[{"features":[0,0]},{{row}}],"more":[]}""", InferenceFormat.Json));
    }

    [Fact]
    public void Row_ThatIsSparse_IsZeroElsewhere()
    {
        using var model = SmallInference.Model();
        var body = """
            {"data":{"features":{"keys":[1],"shape":[2],"values":[1]}}}

            {"data":{"features":{"keys":[],"shape":[2],"values":[]}}}
            """ + "\r\n";
        Assert.Equal([(0, 1.0), (0, 0.0)], model.Results(body, InferenceFormat.JsonLines));
    }

    [Theory]
    [InlineData("3,4", "the body is not a JSON object; send {\"instances\": [row, ...]}.")]
    [InlineData("[1,2]", "the body is not a JSON object; send {\"instances\": [row, ...]}.")]
    [InlineData("""{"features":[1,2]}""", "the body has no \"instances\"; send {\"instances\": [row, ...]}.")]
    [InlineData("""{"instances":{}}""", "\"instances\" is not an array; send {\"instances\": [row, ...]}.")]
    [InlineData("""{"instances":[]}""", "there are no rows; send at least one.")]
    [InlineData("""{"instances":[{"features":[1,2]}""", "the body is no valid JSON (line 1, byte 33, in or after row 2); correct it.")]
    [InlineData("""{"instances":[{"features":[1,NaN]}]}""", "the body is no valid JSON (line 1, byte 30, in or after row 1); correct it.")]
    [InlineData("""{"instances":[{"features":[1,2]}]} x""", "the body is no valid JSON (line 1, byte 36, in or after row 2); correct it.")]
    public void Read_OfAWrongBody_SaysWhatItShouldBe(string body, string message) => Assert.Equal(message, SmallInference.Refusal(body, InferenceFormat.Json));

    [Theory]
    [InlineData("[1,2]", "row 2 is not an object; write")]
    [InlineData("{}", "row 2 has no features; write")]
    [InlineData("""{"data":{}}""", "row 2 has no features; write")]
    [InlineData("""{"data":[1]}""", "row 2 has \"data\" that is not an object; write")]
    [InlineData("""{"features":3}""", "row 2 has features that are neither an array nor a tensor; write")]
    [InlineData("""{"features":[1,2],"data":{"features":[1,2]}}""", "row 2 has features twice; write them once.")]
    [InlineData("""{"features":[1]}""", "row 2 has 1 values, the model has 2 features; send one value a feature.")]
    [InlineData("""{"features":[1,2,3]}""", "row 2 has more than 2 values, the model's number of features; send one value a feature.")]
    [InlineData("""{"features":[]}""", "row 2 has 0 values")]
    [InlineData("""{"features":[1,"2"]}""", "row 2 has a value that is not a number (value 2); send a number for every feature.")]
    [InlineData("""{"features":[1,null]}""", "row 2 has a value that is not a number (value 2); send a number for every feature.")]
    [InlineData("""{"features":[[1,2]]}""", "row 2 has a value that is not a number (value 1); send a number for every feature.")]
    [InlineData("""{"features":[1,1e999]}""", "row 2, value 2 (c1): is missing, not finite or beyond float32")]
    [InlineData("""{"features":{"values":{}}}""", "row 2 has values that are not an array; write")]
    [InlineData("""{"features":{"keys":[0],"values":[1]}}""", "row 2 has keys but no shape; write the number of features as the shape of a sparse tensor.")]
    [InlineData("""{"features":{"keys":[0],"shape":[3],"values":[1]}}""", "row 2 has 3 values, the model has 2 features")]
    [InlineData("""{"features":{"keys":[2],"shape":[2],"values":[1]}}""", "row 2 has the key 2, but its shape says 2; keys count from 0.")]
    [InlineData("""{"features":{"keys":[0,0],"shape":[2],"values":[1,1]}}""", "row 2 has the key 0 twice; write each key once.")]
    [InlineData("""{"features":{"keys":[0,1],"shape":[2],"values":[1]}}""", "row 2 has 2 keys but 1 values; write one key for each value.")]
    [InlineData("""{"features":{"keys":[-1],"shape":[2],"values":[1]}}""", "row 2 has keys that are not whole numbers from 0 on; write them as such.")]
    [InlineData("""{"features":{"keys":[0.5],"shape":[2],"values":[1]}}""", "row 2 has keys that are not whole numbers from 0 on; write them as such.")]
    [InlineData("""{"features":{"keys":[0],"shape":[4611686018427387904,4611686018427387904],"values":[1]}}""", "row 2 declares more than 16777216 values")]
    public void Read_OfAWrongRow_NamesIt(string row, string message)
    {
        const string good = """{"features":[1,2]}""";
        Assert.StartsWith(message, SmallInference.Refusal($"{good}\n{row}\n", InferenceFormat.JsonLines));
        Assert.StartsWith(message, SmallInference.Refusal($$"""{"instances":[{{good}},{{row}}]}""", InferenceFormat.Json));
    }

    [Theory]
    [InlineData("""{"features":[1,2]""", "row 2 is no valid JSON (byte 18 of its line); write one object a line.")]
    [InlineData("""{"features":[1,2]} {"features":[1,2]}""", "row 2 is no valid JSON (byte 20 of its line); write one object a line.")]
    [InlineData("1,2", "row 2 is not an object; write")]
    public void ReadLines_OfAWrongLine_NamesItsRow(string line, string message) =>
        Assert.StartsWith(message, SmallInference.Refusal($"\n{{\"features\":[1,2]}}\n{line}", InferenceFormat.JsonLines));
}
