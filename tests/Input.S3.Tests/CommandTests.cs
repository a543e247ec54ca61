using System.Globalization;
using System.Text;
using KMeans.Client.Tests.Support;
using KMeans.Input.S3.Tests.Support;
using KMeans.Storage;

namespace KMeans.Input.S3.Tests;

/// <summary>The program with s3:// where files and folders are named, as a process of its own.</summary>
[Collection(S3Tests.Name)]
public sealed class CommandTests(S3Server server) : IDisposable
{
    private readonly string folder = S3Server.NewFolder();
    private readonly DirectoryInfo local = Directory.CreateTempSubdirectory("kmeans-s3-");
    private readonly S3ObjectStore store = server.Store();

    [PrerequisiteFact(Prerequisite.S3Server)]
    public void Commands_WithS3ForEveryPath_DoWhatTheyDoWithFiles()
    {
        var (e, f, d) = (server.Endpoint, folder, local.FullName);
        const string mixture = "generate --rows 9000 --features 8 --clusters 3 --files 3 --output";
        KMeansRun.Succeed(e, $"{mixture} {f}/rows");
        KMeansRun.Succeed(e, $"{mixture} {d}/rows");
        Assert.Equal(["part-00000.parquet", "part-00001.parquet", "part-00002.parquet"], S3Server.Names(store, $"{f}/rows"));
        Assert.Equal(File.ReadAllBytes($"{d}/rows/part-00001.parquet"), ReadAll($"{f}/rows/part-00001.parquet"));

        var remote = KMeansRun.Succeed(e, $"train --input {f}/rows --test {f}/rows/part-*.parquet --k 3 --output {f}/model --report {f}/report.json --ledger {f}/ledger.jsonl");
        var here = KMeansRun.Succeed(e, $"train --input {d}/rows --k 3 --output {d}/model");
        Assert.Equal(here.Fingerprint, remote.Fingerprint);
        Assert.Equal(["centers.npy", "model.json", "model.tar.gz", "state/centers.npy", "state/coreset.bin"], S3Server.Names(store, $"{f}/model"));
        Assert.Equal(File.ReadAllBytes($"{d}/model/model.json"), ReadAll($"{f}/model/model.json"));
        Assert.Contains("\"rows\": 9000", Encoding.UTF8.GetString(ReadAll($"{f}/report.json")), StringComparison.Ordinal);
        Assert.NotEmpty(ReadAll($"{f}/ledger.jsonl"));

        Assert.Equal(KMeansRun.Succeed(e, $"score --model {d}/model --input {d}/rows --json").Output, KMeansRun.Succeed(e, $"score --model {f}/model --input {f}/rows --json").Output);
        KMeansRun.Succeed(e, $"score --model {f}/model/model.tar.gz --input {f}/rows");
        foreach (var ending in (string[])["npy", "csv", "parquet"])
        {
            KMeansRun.Succeed(e, $"predict --model {f}/model --input {f}/rows --output {f}/labels.{ending}");
            KMeansRun.Succeed(e, $"predict --model {d}/model --input {d}/rows --output {d}/labels.{ending}");
            Assert.Equal(File.ReadAllBytes($"{d}/labels.{ending}"), ReadAll($"{f}/labels.{ending}"));
        }

        Assert.Contains("9,000", KMeansRun.Succeed(e, $"inspect --input {f}/rows/part-0").Output, StringComparison.Ordinal);
    }

    [PrerequisiteFact(Prerequisite.S3Server)]
    public void Outputs_ThatExist_AreReplacedOnlyWithOverwrite()
    {
        var e = server.Endpoint;
        S3Server.Put(store, $"{folder}/rows.csv", Csv(200));
        var train = $"train --input {folder}/rows.csv --k 2 --output {folder}/model";
        KMeansRun.Succeed(e, train);
        var again = KMeansRun.Run(e, train);
        Assert.Equal((2, $"kmeans: {folder}/model: already exists; choose another --output or add --overwrite.\n"), (again.ExitCode, again.Error));
        S3Server.Put(store, $"{folder}/model/notes.txt", [1]);
        KMeansRun.Succeed(e, $"{train} --seed 2 --overwrite");

        // What is none of a model's files is left alone.
        Assert.Contains("notes.txt", S3Server.Names(store, $"{folder}/model"));

        S3Server.Put(store, $"{folder}/other/a.txt", [1]);
        var other = KMeansRun.Run(e, $"train --input {folder}/rows.csv --k 2 --output {folder}/other --overwrite");
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("is not a model folder (it has objects, but no model.json) and is not overwritten", other.Error, StringComparison.Ordinal);

        S3Server.Put(store, $"{folder}/labels.csv", [1]);
        var labels = KMeansRun.Run(e, $"predict --model {folder}/model --input {folder}/rows.csv --output {folder}/labels.csv");
        Assert.Equal((2, $"kmeans: {folder}/labels.csv: exists; choose another name or give --overwrite.\n"), (labels.ExitCode, labels.Error));
    }

    [PrerequisiteTheory(Prerequisite.S3Server)]
    [InlineData("inspect --input s3://nowhere/rows.csv", "has no such bucket")]
    [InlineData("inspect --input s3://data/nothing-here/", "no object has this name")]
    [InlineData("inspect --input s3:///rows.csv", "names no bucket")]
    [InlineData("inspect --input s3://data/a/../b.csv", "has a part that is '.' or '..'")]
    [InlineData("inspect --input gs://data/a.csv", "gs:// is not known here")]
    [InlineData("score --model s3://data/nothing-here --input s3://data/a.csv", "no such object")]
    [InlineData("generate --rows 10 --features 2 --clusters 2 --output s3://nowhere/a.parquet", "has no such bucket")]
    [InlineData("train --input samples --k 2 --output s3://nowhere/model", "has no such bucket")]
    public void Paths_ThatAreWrong_EndInOneLine(string arguments, string message) => AssertRefused(KMeansRun.Run(server.Endpoint, arguments), message);

    [PrerequisiteFact(Prerequisite.S3Server)]
    public void Settings_ThatAreWrong_EndInOneLine()
    {
        S3Server.Put(store, $"{folder}/rows.csv", Csv(10));
        var inspect = $"inspect --input {folder}/rows.csv";
        AssertRefused(KMeansRun.Run(server.Endpoint, inspect, ("AWS_ACCESS_KEY_ID", null), ("AWS_SECRET_ACCESS_KEY", null), ("HOME", local.FullName)), "there are no credentials for S3");
        AssertRefused(KMeansRun.Run(server.Endpoint, inspect, ("AWS_ACCESS_KEY_ID", "nobody")), "access is denied (InvalidAccessKeyId)");
        AssertRefused(KMeansRun.Run(server.Endpoint, inspect, ("AWS_ENDPOINT_URL_S3", "server:9000")), "AWS_ENDPOINT_URL_S3=server:9000: is no address");
        AssertRefused(KMeansRun.Run(new Uri("http://127.0.0.1:9"), inspect, ("AWS_MAX_ATTEMPTS", "2")), "http://127.0.0.1:9 does not answer as S3 does (Connection refused");
        AssertRefused(KMeansRun.Run(server.Endpoint, inspect, ("AWS_ENDPOINT_URL_S3", null), ("HOME", local.FullName)), "set AWS_REGION");
    }

    [PrerequisiteFact(Prerequisite.S3Server)]
    public async Task Train_WhoseModelCannotBeSent_LeavesNoModel()
    {
        S3Server.Put(store, $"{folder}/rows.csv", Csv(200));
        await using var proxy = await FaultyProxy.StartAsync(
            server.Endpoint, request => request.Method == "PUT" && request.Path.Value!.EndsWith("model.json", StringComparison.Ordinal) ? Fault.Throttle : Fault.None);
        var ran = KMeansRun.Run(proxy.Endpoint, $"train --input {folder}/rows.csv --k 2 --output {folder}/model --report {folder}/report.json", ("AWS_MAX_ATTEMPTS", "2"));

        Assert.Equal(1, ran.ExitCode);
        Assert.Contains("model.json: ", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("model.json", S3Server.Names(store, $"{folder}/model"));
        Assert.Null(store.Find(ObjectPath.Parse($"{folder}/report.json")));
        AssertRefused(KMeansRun.Run(server.Endpoint, $"score --model {folder}/model --input {folder}/rows.csv"), "has centers.npy but no model.json");
    }

    [PrerequisiteFact(Prerequisite.S3Server)]
    public async Task Checkpoint_InS3_LetsTheSameCommandGoOn()
    {
        var (e, f) = (server.Endpoint, folder);
        KMeansRun.Succeed(e, $"generate --rows 300000 --features 16 --clusters 9 --output {f}/rows.parquet");
        var train = $"train --input {f}/rows.parquet --k 9 --row-budget 1000 --quiet --output";
        var whole = KMeansRun.Succeed(e, $"{train} {local.FullName}/whole");

        // Killed when all is trained and the model is about to be sent.
        var sending = new TaskCompletionSource();
        await using var proxy = await FaultyProxy.StartAsync(e, request =>
        {
            var isModel = request.Method == "PUT" && request.Path.Value!.Contains("/model/", StringComparison.Ordinal);
            _ = isModel && sending.TrySetResult();
            return isModel ? Fault.Hold : Fault.None;
        });
        using (var first = KMeansRun.Start(proxy.Endpoint, $"{train} {f}/model --checkpoint {f}/state".Split(' ')))
        {
            await sending.Task.WaitAsync(TimeSpan.FromMinutes(2));
            first.Kill();
            await first.WaitForExitAsync();
        }

        Assert.Contains("manifest", string.Join(' ', S3Server.Names(store, $"{f}/state")), StringComparison.Ordinal);
        var after = KMeansRun.Succeed(e, $"{train} {f}/model --checkpoint {f}/state");

        Assert.Equal(whole.Fingerprint, after.Fingerprint);
        Assert.Empty(S3Server.Names(store, $"{f}/state"));
    }

    [PrerequisiteFact(Prerequisite.S3Server)]
    public void Workers_WithARootInS3_GiveTheFingerprintOfOneProcess()
    {
        KMeansRun.Succeed(server.Endpoint, $"generate --rows 9000 --features 8 --clusters 3 --files 3 --output {folder}/rows");
        using var worker = KMeansRun.Start(server.Endpoint, $"worker --listen http://127.0.0.1:0 --data-root {folder}/rows".Split(' '));
        try
        {
            var address = worker.StandardOutput.ReadLine()!.Replace("listening on ", "", StringComparison.Ordinal);
            var options = $"--input {folder}/rows --k 3 --row-budget 1000 --quiet --output {local.FullName}";
            var alone = KMeansRun.Succeed(server.Endpoint, $"train {options}/alone");

            // The coordinator itself knows no S3: rows reach it through the worker.
            var together = KMeansRun.Run(new Uri("http://127.0.0.1:9"), $"train {options}/together --workers {address}");
            Assert.True(together.ExitCode == 0, together.Error);
            Assert.Equal(alone.Fingerprint, together.Fingerprint);
            var outside = KMeansRun.Run(server.Endpoint, $"train --input {folder}/other --k 3 --output {local.FullName}/x --workers {address}");
            AssertRefused(outside, "is outside the worker's data roots");
        }
        finally
        {
            worker.Kill();
            worker.WaitForExit();
        }
    }

    [PrerequisiteFact(Prerequisite.S3Server, Prerequisite.Unix)]
    public async Task Generate_ThatIsStopped_LeavesNothing()
    {
        var sent = new TaskCompletionSource();
        await using var proxy = await FaultyProxy.StartAsync(server.Endpoint, request =>
        {
            if (request.Query.ContainsKey("partNumber"))
            {
                sent.TrySetResult();
            }

            return Fault.None;
        });
        using var process = KMeansRun.Start(proxy.Endpoint, $"generate --rows 5000000 --features 100 --clusters 3 --output {folder}/rows.parquet".Split(' '));
        await sent.Task;
        var code = Interruption.Send(process);
        var ran = KMeansRun.Finish(process);
        Assert.Equal(code, ran.ExitCode);
        Assert.Empty(S3Server.Names(store, folder));
    }

    public void Dispose()
    {
        store.Dispose();
        local.Delete(recursive: true);
    }

    private static void AssertRefused(Ran ran, string message)
    {
        Assert.Contains(message, ran.Error, StringComparison.Ordinal);
        Assert.Equal((2, 1), (ran.ExitCode, ran.Error.Count(c => c == '\n')));
        Assert.StartsWith("kmeans: ", ran.Error, StringComparison.Ordinal);
        Assert.Empty(ran.Output);
    }

    private static byte[] Csv(int rows) =>
        Encoding.ASCII.GetBytes("x,y\n" + string.Concat(Enumerable.Range(0, rows).Select(i => string.Create(CultureInfo.InvariantCulture, $"{(i % 2 * 10) + (i % 5)},{(i % 2 * 10) + (i % 3)}\n"))));

    private byte[] ReadAll(string path)
    {
        using var source = store.Open(store.Find(ObjectPath.Parse(path))!);
        var bytes = new byte[source.Length];
        Assert.Equal(bytes.Length, source.Read(0, bytes));
        return bytes;
    }
}
