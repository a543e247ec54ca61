using System.Text.Json.Nodes;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Service.Transform;

/// <summary>Requests for transforms that are refused.</summary>
public sealed class TransformRequestsTests(SharedHostingService shared) : IClassFixture<SharedHostingService>
{
    [Theory]
    [InlineData("MaxPayloadInMB", "0", "MaxPayloadInMB: 0")]
    [InlineData("MaxPayloadInMB", "101", "Value '101' at 'maxPayloadInMB'")]
    [InlineData("MaxConcurrentTransforms", "17", "MaxConcurrentTransforms times MaxPayloadInMB")]
    [InlineData("BatchStrategy", "\"All\"", "Value 'All' at 'batchStrategy'")]
    [InlineData("ModelName", "\"none\"", "Could not find model")]
    [InlineData("TransformInput.ContentType", "\"text/plain\"", "TransformInput.ContentType: the content type 'text/plain' is not supported")]
    [InlineData("TransformInput.ContentType", "null", "TransformInput.ContentType: there is no content type")]
    [InlineData("TransformInput.SplitType", "\"TFRecord\"", "takes no TFRecord")]
    [InlineData("TransformInput.SplitType", "\"RecordIO\"", "does not fit the ContentType text/csv")]
    [InlineData("TransformInput.CompressionType", "\"Zip\"", "Value 'Zip' at 'transformInput.compressionType'")]
    [InlineData("TransformOutput.Accept", "\"text/html\"", "TransformOutput.Accept: the type is not supported")]
    [InlineData("TransformOutput.Accept", "\"application/x-recordio-protobuf\"", "Line would put line ends between records")]
    [InlineData("TransformOutput.S3OutputPath", "\"file:///etc\"", "transformOutput.s3OutputPath: /etc: is outside")]
    [InlineData("DataProcessing", "{\"InputFilter\":\"$[1:]\"}", "DataProcessing.InputFilter")]
    [InlineData("DataProcessing", "{\"JoinSource\":\"Output\"}", "Value 'Output' at 'dataProcessing.joinSource'")]
    [InlineData("TransformResources", "null", "Value null at 'transformResources'")]
    public async Task Request_ThatIsWrong_IsAValidationError(string member, string value, string message)
    {
        var job = Transforms.Job(shared.Folder, "t", "in");
        var path = member.Split('.');
        var target = path[..^1].Aggregate(job, (node, name) => node[name]!.AsObject());
        target[path[^1]] = JsonNode.Parse(value);
        var answer = await shared.Service.CallAsync("CreateTransformJob", job);
        Assert.Equal((400, "ValidationException"), (answer.Status, answer.Error));
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }
}
