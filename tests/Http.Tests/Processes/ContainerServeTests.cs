using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Processes;

/// <summary>kmeans container serve as a process of its own, as SageMaker starts it.</summary>
public class ContainerServeTests
{
    private const string Listening = "listening on ";

    [Fact]
    public async Task Serve_OfAScaledModel_AnswersWhatPredictWrites()
    {
        using var folder = new Folder();
        folder.Write("rows.csv", "x,y\n" + string.Concat(Enumerable.Range(0, 300).Select(i => string.Create(CultureInfo.InvariantCulture, $"{(i % 3) + (i % 7 * 0.01)},{(i % 3 * 1000) + i}\n"))));
        await KMeansProcess.RunAsync("train", "--input", folder["rows.csv"], "--k", "3", "--scale", "standard", "--output", folder["model"], "--quiet");
        await KMeansProcess.RunAsync("predict", "--model", folder["model"], "--input", folder["rows.csv"], "--output", folder["clusters.csv"], "--quiet");
        await using var server = KMeansProcess.Start("container", "serve", "--root", folder.Path, "--listen", "http://127.0.0.1:0");
        var url = (await server.OutputAsync(line => line.StartsWith(Listening, StringComparison.Ordinal)))[Listening.Length..];
        using var http = new HttpClient();
        var rows = File.ReadAllLines(folder["rows.csv"]);
        using var response = await http.PostAsync(new Uri(url + "/invocations"), new StringContent(string.Join('\n', rows[1..]), null, "text/csv"));
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(
            File.ReadAllLines(folder["clusters.csv"])[1..].Select(line => line.Split(',')).Select(field => (Number(field[0]), (double)(float)Number(field[1]))),
            answer.RootElement.GetProperty("predictions").EnumerateArray().Select(row => (row.GetProperty("closest_cluster").GetDouble(), row.GetProperty("distance_to_cluster").GetDouble())));
        server.End();
        Assert.Equal(0, await server.ExitAsync());
    }

    [Fact]
    public async Task Serve_WithTheContractsVariables_FollowsThem()
    {
        using var folder = new Folder();
        folder.WriteCsv("rows.csv", 50);
        await KMeansProcess.RunAsync("train", "--input", folder["rows.csv"], "--k", "2", "--output", folder["trained"], "--quiet");
        Directory.CreateDirectory(folder["model"]);
        File.Move(folder["trained/model.tar.gz"], folder["model/model.tar.gz"]);
        var port = FreePort();
        var variables = new Dictionary<string, string>
        {
            ["SAGEMAKER_BIND_TO_PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["SAGEMAKER_MAX_PAYLOAD_IN_MB"] = "12",
            ["SAGEMAKER_BATCH_STRATEGY"] = "SINGLE_RECORD",
            ["SAGEMAKER_MAX_CONCURRENT_TRANSFORMS"] = "3",
        };
        await using var server = KMeansProcess.Start(variables, "container", "serve", "--root", folder.Path);
        await server.OutputAsync(line => line.StartsWith(Listening, StringComparison.Ordinal));
        using var http = new HttpClient();
        Assert.Equal("""{"MaxConcurrentTransforms":3,"BatchStrategy":"SINGLE_RECORD","MaxPayloadInMB":12}""", await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/execution-parameters")));
    }

    [Theory]
    [InlineData("SAGEMAKER_MAX_PAYLOAD_IN_MB", "101", "SAGEMAKER_MAX_PAYLOAD_IN_MB=101: must be a whole number from 0 to 100.")]
    [InlineData("SAGEMAKER_BATCH_STRATEGY", "BOTH", "SAGEMAKER_BATCH_STRATEGY=BOTH: must be SINGLE_RECORD or MULTI_RECORD.")]
    [InlineData("SAGEMAKER_BATCH", "true", "is not a model folder")]
    public async Task Serve_OfWhatIsWrong_SaysSoInOneLine(string variable, string value, string message)
    {
        using var folder = new Folder();
        Directory.CreateDirectory(folder["model"]);
        await using var server = KMeansProcess.Start(new Dictionary<string, string> { [variable] = value }, "container", "serve", "--root", folder.Path);
        Assert.Equal(2, await server.ExitAsync());
        Assert.Contains(message, server.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', server.Error);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
