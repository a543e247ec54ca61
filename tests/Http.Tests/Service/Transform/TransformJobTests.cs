using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Service.Transform;

public sealed class TransformJobTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Transform_OfAFolder_WritesAFileForEach()
    {
        folder.Write("data/in/a.csv", "3,4\n0,0\n");
        folder.Write("data/in/more/b.csv", "0,2\r\n\n3,5");
        folder.Write("data/in/none.csv", "");
        await using var service = await StartAsync();
        var job = await RunAsync(service, Job("t", "in"));
        Assert.Equal("Completed", job["TransformJobStatus"]!.GetValue<string>());
        Assert.Equal("1.0,0.0\n0.0,0.0\n", File.ReadAllText(folder["data/out/a.csv.out"]));
        Assert.Equal("0.0,2.0\n1.0,1.0\n", File.ReadAllText(folder["data/out/more/b.csv.out"]));
        Assert.Equal("", File.ReadAllText(folder["data/out/none.csv.out"]));
        Assert.Equal(3, Directory.EnumerateFiles(folder["data/out"], "*", SearchOption.AllDirectories).Count());
        Assert.True(job["TransformStartTime"]!.GetValue<double>() <= job["TransformEndTime"]!.GetValue<double>());
        Assert.Equal("m", job["ModelName"]!.GetValue<string>());
        Assert.EndsWith(":transform-job/t", job["TransformJobArn"]!.GetValue<string>(), StringComparison.Ordinal);
        var listed = await service.DoAsync("ListTransformJobs", new JsonObject { ["StatusEquals"] = "Completed" });
        Assert.Equal("t", listed["TransformJobSummaries"]![0]!["TransformJobName"]!.GetValue<string>());
    }

    [Fact]
    public async Task Transform_WithInputJoined_KeepsColumns()
    {
        folder.Write("data/in/a.csv", "3,4\n0,0\n");
        await using var service = await StartAsync();
        await RunAsync(service, Job("t", "in/a.csv", job =>
        {
            job["DataProcessing"] = new JsonObject { ["JoinSource"] = "Input" };
            job["BatchStrategy"] = "SingleRecord";
        }));
        Assert.Equal("3,4,1.0,0.0\n0,0,0.0,0.0\n", File.ReadAllText(folder["data/out/a.csv.out"]));
    }

    [Fact]
    public async Task Transform_OfAManifestOfPackedLines_ReadsThem()
    {
        Directory.CreateDirectory(folder["data/in"]);
        using (var stream = new GZipStream(File.Create(folder["data/in/a.jsonl"]), CompressionLevel.Fastest))
        {
            stream.Write("{\"features\":[3,4]}\n"u8);
        }

        folder.Write("data/list", $"[{{\"prefix\":\"file://{folder["data/in/"]}\"}},\"a.jsonl\"]");
        await using var service = await StartAsync();
        await RunAsync(service, Job("t", "list", job =>
        {
            job["TransformInput"]!["ContentType"] = "application/jsonlines";
            job["TransformInput"]!["CompressionType"] = "Gzip";
            job["TransformInput"]!["DataSource"]!["S3DataSource"]!["S3DataType"] = "ManifestFile";
            job["TransformOutput"]!["Accept"] = "application/jsonlines";
        }));
        Assert.Equal("{\"distance_to_cluster\": 0.0, \"closest_cluster\": 1.0}\n", File.ReadAllText(folder["data/out/a.jsonl.out"]));
    }

    [Fact]
    public async Task Transform_OfAWrongRow_FailsWithItsPlaceAndWithoutItsFile()
    {
        folder.Write("data/in/a.csv", string.Concat(Enumerable.Repeat("3,4\n", 5000)) + "3,x\n");
        await using var service = await StartAsync();
        var job = await RunAsync(service, Job("t", "in"));
        Assert.Equal("Failed", job["TransformJobStatus"]!.GetValue<string>());
        Assert.Equal(
            $"ClientError: {folder["data/in/a.csv"]}: row 5001, value 2: 'x' is not a number; send numbers separated by commas, a row a line, without a header.", job["FailureReason"]!.GetValue<string>());
        Assert.Empty(Directory.EnumerateFiles(folder["data/out"], "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Transform_ThatIsStopped_LeavesNoPartOfAFile()
    {
        Directory.CreateDirectory(folder["data/in"]);
        using (var stream = new GZipStream(File.Create(folder["data/in/a.csv"]), CompressionLevel.Fastest))
        {
            var rows = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("0,0\n", 250_000)));
            for (var i = 0; i < 100; i++)
            {
                stream.Write(rows);
            }
        }

        await using var service = await StartAsync();
        await service.DoAsync("CreateTransformJob", Job("t", "in", job => job["TransformInput"]!["CompressionType"] = "Gzip"));
        await service.DoAsync("StopTransformJob", new JsonObject { ["TransformJobName"] = "t" });
        var ended = await service.EndAsync("t", "DescribeTransformJob", "TransformJobName", "TransformJobStatus");
        Assert.Equal("Stopped", ended["TransformJobStatus"]!.GetValue<string>());
        Assert.False(Directory.Exists(folder["data/out"]) && Directory.EnumerateFiles(folder["data/out"]).Any());
        Assert.Equal("ValidationException", (await service.CallAsync("StopTransformJob", new JsonObject { ["TransformJobName"] = "t" })).Error);
    }

    [Fact]
    public async Task Name_ThatIsTaken_IsInUse()
    {
        folder.Write("data/in/a.csv", "3,4\n");
        await using var service = await StartAsync();
        await RunAsync(service, Job("t", "in"));
        Assert.Equal("ResourceInUse", (await service.CallAsync("CreateTransformJob", Job("t", "in"))).Error);
        Assert.Equal("Requested resource not found.", (await service.CallAsync("DescribeTransformJob", new JsonObject { ["TransformJobName"] = "none" })).Message);
    }

    /// <summary>A service with the model "m": centers at (0, 0) and (3, 4).</summary>
    private async Task<Support.Service> StartAsync()
    {
        var service = await Support.Service.StartAsync(folder);
        await service.AddModelAsync(folder, "m", 0, 0, 3, 4);
        return service;
    }

    private static async Task<JsonObject> RunAsync(Support.Service service, JsonObject job)
    {
        await service.DoAsync("CreateTransformJob", job);
        return await service.EndAsync(job["TransformJobName"]!.GetValue<string>(), "DescribeTransformJob", "TransformJobName", "TransformJobStatus");
    }

    private JsonObject Job(string name, string source, Action<JsonObject>? change = null) => Transforms.Job(folder, name, source, change);
}
