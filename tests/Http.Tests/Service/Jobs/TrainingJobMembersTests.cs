using System.Text.Json.Nodes;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Service.Jobs;

public sealed class TrainingJobMembersTests(SharedService shared) : IClassFixture<SharedService>
{
    [Theory]
    [InlineData("TrainingJobName", "-a", "trainingJobName")]
    [InlineData("TrainingJobName", null, "trainingJobName")]
    [InlineData("RoleArn", "somebody@somewhere.example", "roleArn")]
    [InlineData("AlgorithmSpecification.TrainingImage", "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1", "k-means")]
    [InlineData("AlgorithmSpecification.TrainingInputMode", "Stream", "enum value set")]
    [InlineData("ResourceConfig.InstanceCount", 0, "greater than or equal to 1")]
    [InlineData("ResourceConfig.InstanceCount", "1", "is not a number")]
    [InlineData("StoppingCondition.MaxRuntimeInSeconds", 0, "greater than or equal to 1")]
    [InlineData("HyperParameters.k", "0", "AlgorithmError")]
    [InlineData("HyperParameters.k", null, "No value(s) were specified for 'k'")]
    [InlineData("HyperParameters.mini_batch_siz", "5", "mini_batch_siz")]
    [InlineData("OutputDataConfig.S3OutputPath", "https://example.com/out", "s3OutputPath")]
    [InlineData("InputDataConfig.0.ChannelName", "validation", "'train' and 'test'")]
    [InlineData("InputDataConfig.0.ContentType", "image/png", "image/png")]
    [InlineData("InputDataConfig.0.DataSource.S3DataSource.S3DataType", "AugmentedManifestFile", "enum value set")]
    public async Task Create_WithAWrongMember_NamesIt(string path, object? value, string expected)
    {
        var service = shared.Service;
        shared.Folder.Write("data/rows.csv", "1,2\n3,4\n5,6\n");
        var request = Support.Service.Training(shared.Folder, "wrong");
        JsonNode node = request;
        var names = path.Split('.');
        foreach (var name in names[..^1])
        {
            node = node is JsonArray array ? array[int.Parse(name, null)]! : node[name]!;
        }

        node.AsObject()[names[^1]] = value switch { null => null, int number => number, _ => value.ToString() };
        if (value is null)
        {
            node.AsObject().Remove(names[^1]);
        }

        var answer = await service.CallAsync("CreateTrainingJob", request);

        Assert.Equal(400, answer.Status);
        Assert.Contains(answer.Error, new[] { "ValidationException", "SerializationException" });
        Assert.Contains(expected, answer.Message, StringComparison.Ordinal);
        Assert.Equal("Requested resource not found.", (await service.CallAsync("DescribeTrainingJob", new JsonObject { ["TrainingJobName"] = "wrong" })).Message);
    }
}
