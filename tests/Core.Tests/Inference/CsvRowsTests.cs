using KMeans.Inference;

namespace KMeans.Tests.Inference;

public class CsvRowsTests
{
    [Theory]
    [InlineData("3,4")]
    [InlineData("3,4\n")]
    [InlineData("3,4\r\n")]
    [InlineData("\uFEFF3,4\n")]
    [InlineData(" 3 ,\t4 \n")]
    [InlineData("\"3\",\"4\"\n")]
    [InlineData("3.0,4e0\n")]
    [InlineData("+3,0.04E+2\n")]
    [InlineData("3.00000000000000000000000000000,4\n")]
    [InlineData("\n\r\n3,4\n\n")]
    public void Read_OfOneRow_IsThatRow(string body)
    {
        using var model = SmallInference.Model();
        Assert.Equal([(1, 0.0)], model.Results(body, InferenceFormat.Csv));
    }

    [Fact]
    public void Read_OfSeveralRows_KeepsTheirOrder()
    {
        using var model = SmallInference.Model();
        Assert.Equal([(0, 1.0), (1, 5.0), (0, 0.0)], model.Results("-1,0\n6,8\n0,0", InferenceFormat.Csv));
    }

    [Theory]
    [InlineData("", "there are no rows; send at least one.")]
    [InlineData("\n\n", "there are no rows; send at least one.")]
    [InlineData("1,2\n3\n", "row 2 has 1 values, the model has 2 features; send one value a feature.")]
    [InlineData("1,2\n3,4,5", "row 2 has 3 values, the model has 2 features; send one value a feature.")]
    [InlineData("1,2,\n", "row 1 has 3 values, the model has 2 features; send one value a feature.")]
    [InlineData("x,y\n1,2\n", "row 1, value 1: 'x' is not a number; send numbers separated by commas, a row a line, without a header.")]
    [InlineData("1,2\n\n1,2;3\n", "row 2, value 2: '2;3' is not a number; send numbers separated by commas, a row a line, without a header.")]
    [InlineData("1,0x10\n", "row 1, value 2: '0x10' is not a number; send numbers separated by commas, a row a line, without a header.")]
    [InlineData("1,\n", "row 1, value 2 (c1): is missing, not finite or beyond float32; send a number for every feature.")]
    [InlineData("1,2\nNaN,2\n", "row 2, value 1 (c0): is missing, not finite or beyond float32; send a number for every feature.")]
    [InlineData("1,2\n3,-inf", "row 2, value 2 (c1): is missing, not finite or beyond float32; send a number for every feature.")]
    [InlineData("1,1e39", "row 1, value 2 (c1): is missing, not finite or beyond float32; send a number for every feature.")]
    [InlineData("1,\"2\n", "row 1 has a quote that is not closed; send numbers without quotes.")]
    public void Read_OfAWrongRow_NamesIt(string body, string message) => Assert.Equal(message, SmallInference.Refusal(body, InferenceFormat.Csv));
}
