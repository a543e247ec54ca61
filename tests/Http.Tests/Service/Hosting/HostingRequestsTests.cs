using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Service.Hosting;

/// <summary>Requests that hosting refuses.</summary>
public sealed class HostingRequestsTests(SharedHostingService shared) : IClassFixture<SharedHostingService>
{
    [Theory]
    [InlineData("1,2,3", "text/csv", null, 400, "unable to evaluate payload provided: row 1 has 3 values, the model has 2 features; send one value a feature.")]
    [InlineData("", "text/csv", null, 400, "unable to evaluate payload provided: there are no rows; send at least one.")]
    [InlineData("1,2", "text/plain", null, 415, "the content type 'text/plain' is not supported")]
    [InlineData("1,2", "text/csv", "text/html", 406, "none of the types in Accept is supported")]
    public async Task Rows_ThatTheModelRefuses_AreAModelError(string rows, string type, string? accept, int original, string message)
    {
        using var response = await shared.Service.InvokeAsync("e", Encoding.UTF8.GetBytes(rows), type, accept);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal(424, (int)response.StatusCode);
        Assert.Equal("ModelError", response.Headers.GetValues("x-amzn-ErrorType").Single());
        Assert.Equal(original, body["OriginalStatusCode"]!.GetValue<int>());
        Assert.StartsWith(message, body["OriginalMessage"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.StartsWith($"Received client error ({original}) from primary with message \"{message}", body["Message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_BeyondSixMegabytes_IsRefused()
    {
        using var response = await shared.Service.InvokeAsync("e", new byte[(6 << 20) + 1]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Theory]
    [InlineData("CreateModel", """{"ModelName":"new"}""", "Give a PrimaryContainer")]
    [InlineData("CreateModel", """{"ModelName":"-m","PrimaryContainer":{"Image":"kmeans:1","ModelDataUrl":"file:///x"}}""", "Value '-m' at 'modelName'")]
    [InlineData("CreateModel", """{"ModelName":"new","PrimaryContainer":{"Image":"xgboost:1","ModelDataUrl":"file:///x"}}""", "This service runs k-means alone")]
    [InlineData("CreateModel", """{"ModelName":"new","PrimaryContainer":{"Image":"kmeans:1","ModelDataUrl":"file:///etc/passwd"}}""", "primaryContainer.modelDataUrl: /etc/passwd: is outside")]
    [InlineData("CreateModel", """{"ModelName":"new","PrimaryContainer":{"Image":"kmeans:1"}}""", "Value null at 'primaryContainer.modelDataUrl'")]
    [InlineData("CreateModel", """{"ModelName":"new","PrimaryContainer":{"Image":"kmeans:1","ModelDataUrl":"https://x/y"}}""", "Value 'https://x/y' at 'primaryContainer.modelDataUrl'")]
    [InlineData("CreateModel", """{"ModelName":"m","PrimaryContainer":{"Image":"kmeans:1","ModelDataUrl":"DATA/m/model.tar.gz"}}""", "Cannot create already existing model")]
    [InlineData("CreateModel", """{"ModelName":"new","PrimaryContainer":{"Image":"kmeans:1","ModelDataUrl":"DATA/none/model.tar.gz"}}""", "Could not find model data at")]
    [InlineData("CreateEndpointConfig", """{"EndpointConfigName":"c","ProductionVariants":[]}""", "Value null at 'productionVariants'")]
    [InlineData("CreateEndpointConfig", """{"EndpointConfigName":"c","ProductionVariants":[{"VariantName":"v","ModelName":"none"}]}""", "Could not find model")]
    [InlineData("CreateEndpointConfig", """{"EndpointConfigName":"c","ProductionVariants":[{"VariantName":"v","ModelName":"m"},{"VariantName":"v","ModelName":"m"}]}""", "ProductionVariants: each variant must have")]
    [InlineData("CreateEndpointConfig", """{"EndpointConfigName":"c","ProductionVariants":[{"VariantName":"v","ModelName":"m","InitialVariantWeight":-1}]}""", "Value '-1' at 'productionVariants.initialVariantWeight'")]
    [InlineData("CreateEndpoint", """{"EndpointName":"new","EndpointConfigName":"none"}""", "Could not find endpoint configuration")]
    [InlineData("UpdateEndpoint", """{"EndpointName":"none","EndpointConfigName":"m"}""", "Could not find endpoint")]
    [InlineData("DeleteEndpoint", """{"EndpointName":"none"}""", "Could not find endpoint")]
    [InlineData("DeleteModel", """{"ModelName":"none"}""", "Could not find model")]
    [InlineData("DescribeEndpointConfig", """{"EndpointConfigName":"none"}""", "Could not find endpoint configuration")]
    [InlineData("ListEndpoints", """{"StatusEquals":"Asleep"}""", "Value 'Asleep' at 'statusEquals'")]
    public async Task Request_ThatIsWrong_IsAValidationError(string operation, string body, string message)
    {
        var answer = await shared.Service.SendAsync(operation, Encoding.UTF8.GetBytes(body.Replace("DATA", $"file://{shared.Folder["data"]}", StringComparison.Ordinal)));
        Assert.Equal((400, "ValidationException"), (answer.Status, answer.Error));
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }
}
