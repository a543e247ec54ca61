using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using KMeans.Models;

namespace KMeans.Http.Tests.Support;

/// <summary>Models and endpoints of a service, in a few words.</summary>
internal static class Hosting
{
    public const string Image = "382416733822.dkr.ecr.us-east-1.amazonaws.com/kmeans:1";

    private static readonly HttpClient Http = new();

    /// <summary>Writes an archive of two clusters of two features below the service's root.</summary>
    /// <returns>Its address.</returns>
    public static string WriteArchive(Folder folder, string name, params float[] centers)
    {
        var path = folder[$"data/{name}/model.tar.gz"];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var stream = File.Create(path);
        ModelArchive.Write(stream, centers, 2);
        return $"file://{path}";
    }

    public static JsonObject Model(string name, string url) => new()
    {
        ["ModelName"] = name,
        ["ExecutionRoleArn"] = "arn:aws:iam::123456789012:role/server",
        ["PrimaryContainer"] = new JsonObject { ["Image"] = Image, ["ModelDataUrl"] = url },
    };

    public static JsonObject Config(string name, params (string Variant, string Model, double Weight)[] variants) => new()
    {
        ["EndpointConfigName"] = name,
        ["ProductionVariants"] = new JsonArray([.. variants.Select(each => new JsonObject
        {
            ["VariantName"] = each.Variant, ["ModelName"] = each.Model, ["InitialVariantWeight"] = each.Weight, ["InitialInstanceCount"] = 1, ["InstanceType"] = "ml.m4.xlarge",
        })]),
    };

    /// <summary>Makes a model and a configuration with it alone, both of one name.</summary>
    public static async Task AddModelAsync(this Service service, Folder folder, string name, params float[] centers)
    {
        await service.DoAsync("CreateModel", Model(name, WriteArchive(folder, name, centers)));
        await service.DoAsync("CreateEndpointConfig", Config(name, ("AllTraffic", name, 1)));
    }

    /// <summary>Waits until an endpoint is in service, or has failed.</summary>
    public static async Task<JsonObject> SettledAsync(this Service service, string endpoint)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (true)
        {
            patience.Token.ThrowIfCancellationRequested();
            var described = await service.DoAsync("DescribeEndpoint", new JsonObject { ["EndpointName"] = endpoint });
            if (described["EndpointStatus"]!.GetValue<string>() is "InService" or "Failed")
            {
                return described;
            }
        }
    }

    /// <summary>Makes an endpoint and waits for it.</summary>
    public static async Task<JsonObject> AddEndpointAsync(this Service service, string endpoint, string config)
    {
        await service.DoAsync("CreateEndpoint", new JsonObject { ["EndpointName"] = endpoint, ["EndpointConfigName"] = config });
        return await service.SettledAsync(endpoint);
    }

    public static async Task<HttpResponseMessage> InvokeAsync(this Service service, string endpoint, byte[] body, string type = "text/csv", string? accept = "text/csv", string? variant = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{service.Url}/endpoints/{endpoint}/invocations")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        if (variant is not null)
        {
            request.Headers.Add("X-Amzn-SageMaker-Target-Variant", variant);
        }

        return await Http.SendAsync(request);
    }

    /// <summary>Asks for the clusters of rows of CSV, which must be answered.</summary>
    public static async Task<string> AskAsync(this Service service, string endpoint, string rows, string? variant = null)
    {
        using var response = await service.InvokeAsync(endpoint, Encoding.UTF8.GetBytes(rows), variant: variant);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == 200, text);
        return text;
    }
}
