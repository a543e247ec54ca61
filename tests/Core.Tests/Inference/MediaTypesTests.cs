using KMeans.Inference;

namespace KMeans.Tests.Inference;

public class MediaTypesTests
{
    [Theory]
    [InlineData("text/csv", InferenceFormat.Csv)]
    [InlineData("Text/CSV; label_size=0", InferenceFormat.Csv)]
    [InlineData("text/csv;label_size=0;charset=UTF-8", InferenceFormat.Csv)]
    [InlineData("application/json; charset=\"utf-8\"", InferenceFormat.Json)]
    [InlineData("application/jsonlines", InferenceFormat.JsonLines)]
    [InlineData("application/x-recordio-protobuf; version=1.0", InferenceFormat.RecordIO)]
    public void ContentType_ThatIsSupported_IsRead(string type, InferenceFormat expected)
    {
        Assert.Equal(expected, MediaTypes.ReadContentType(type, out var problem));
        Assert.Null(problem);
    }

    [Theory]
    [InlineData(null, "there is no content type")]
    [InlineData(" ", "there is no content type")]
    [InlineData("application/x-parquet", "the content type 'application/x-parquet' is not supported; send text/csv, application/json, application/jsonlines or application/x-recordio-protobuf.")]
    [InlineData("text/csv;label_size=1", "label_size=1 is not supported for inference")]
    [InlineData("text/csv;charset=latin1", "the charset 'latin1' is not supported; send UTF-8.")]
    public void ContentType_ThatIsNot_IsRefused(string? type, string expected)
    {
        _ = MediaTypes.ReadContentType(type, out var problem);
        Assert.StartsWith(expected, problem);
    }

    [Theory]
    [InlineData(null, InferenceFormat.Json)]
    [InlineData("", InferenceFormat.Json)]
    [InlineData("*/*", InferenceFormat.Json)]
    [InlineData("application/*", InferenceFormat.Json)]
    [InlineData("text/csv", InferenceFormat.Csv)]
    [InlineData("text/*;q=0.5, application/jsonlines;q=0.4", InferenceFormat.Csv)]
    [InlineData("text/html, application/xml, application/jsonlines;q=0.2", InferenceFormat.JsonLines)]
    [InlineData("text/csv;q=0.3, APPLICATION/X-RECORDIO-PROTOBUF", InferenceFormat.RecordIO)]
    [InlineData("text/csv, application/json", InferenceFormat.Csv)]
    [InlineData("text/csv;q=0, application/json;q=0.001", InferenceFormat.Json)]
    [InlineData("text/html", null)]
    [InlineData("text/csv;q=0", null)]
    public void Accept_GivesTheBestSupported(string? accept, InferenceFormat? expected) => Assert.Equal(expected, MediaTypes.ReadAccept(accept));
}
