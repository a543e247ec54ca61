using System.Diagnostics;
using System.Text.Json.Nodes;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Service.Clients;

public sealed class MnistNotebookTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Training, hosting, all pairs of formats, and batch transforms, signed by boto3; the script compares every answer with NumPy's.</summary>
    [PrerequisiteFact(Prerequisite.Boto3, Prerequisite.Mnist, Prerequisite.S3Server)]
    public async Task Notebook_OnMnist_TrainsHostsInvokesAndTransforms()
    {
        using var objects = new ObjectServer();
        var keys = folder.Write("keys", $"{Support.Service.KeyId} {Support.Service.Secret}\n");
        var store = new Dictionary<string, string> { ["AWS_ENDPOINT_URL_S3"] = objects.Url, ["AWS_ACCESS_KEY_ID"] = ObjectServer.Key, ["AWS_SECRET_ACCESS_KEY"] = ObjectServer.Key };
        await using var service = await ServiceProcess.StartAsync(folder, store, "--keys-file", keys, "--data-root", $"s3://{ObjectServer.Bucket}");
        var images = Path.Combine(Prerequisite.Get(Prerequisite.Mnist), "train-images-idx3-ubyte");
        var script = Repository.PathOf("tests/Http.Tests/Service/Clients/mnist_notebook.py");
        var start = new ProcessStartInfo(Prerequisite.Get(Prerequisite.Boto3), [script, service.Url, $"s3://{ObjectServer.Bucket}/mnist", images, "2000"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
            Environment = { ["AWS_ENDPOINT_URL_S3"] = objects.Url, ["AWS_ACCESS_KEY_ID"] = Support.Service.KeyId, ["AWS_SECRET_ACCESS_KEY"] = Support.Service.Secret },
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(3));
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        var result = JsonNode.Parse(output)!;
        Assert.Equal(10, result["clusters"]!.GetValue<int>());
        Assert.True(result["seconds"]!.GetValue<double>() < 60, $"It took {result["seconds"]} s.");
        await KMeansProcess.RunAsync("train", "--input", folder["train.pbr"], "--format", "recordio", "--k", "10", "--mini-batch-size", "500", "--output", folder["model"], "--quiet");
        Assert.Equal(Convert.ToHexStringLower(File.ReadAllBytes(folder["model/centers.npy"]).AsSpan()[^(10 * 784 * 4)..]), result["centers"]!.GetValue<string>());
    }
}
