using KMeans.Http.Tests.Support;
using KMeans.Models;
using KMeans.SageMaker;

namespace KMeans.Http.Tests.Container;

/// <summary>Containers as processes of their own, with the files, pipes and hosts of the contract.</summary>
public sealed class ContainerProcessesTests : IDisposable
{
    private const int RowCount = 40_000;

    private static readonly string[] Two = ["algo-1", "algo-2"];

    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Train_OfTwoHostsWithFiles_EndsWithTheModelAndTheMetrics()
    {
        var roots = Two.Select(host => new ContainerRoot(folder, host).Configure(host, Two)
            .Put(Channel.Train, "part-0", ContainerRoot.Records(0, 15_000)).Put(Channel.Train, "part-1", ContainerRoot.Records(15_000, RowCount - 15_000)).Put(Channel.Test, "part-0", ContainerRoot.Records(0, 500)));

        await AssertTrained([.. roots], Two);
    }

    [Fact]
    public async Task Train_OfTwoHostsWithPipes_EndsWithTheModelOfFiles()
    {
        ContainerRoot[] roots = [.. Two.Select(host => new ContainerRoot(folder, host).Configure(host, Two, mode: "Pipe").Put(Channel.Test, "part-0", ContainerRoot.Records(0, 500)))];
        var writing = Task.WhenAll(roots.Select(root => root.Pipe(Channel.Train, ContainerRoot.Records(0, RowCount))));

        await AssertTrained(roots, Two);
        await writing;
    }

    [Theory]
    [InlineData("FastFile", null)]
    [InlineData("FastFile", "application/x-parquet")]
    [InlineData("File", "text/csv")]
    [InlineData("FastFile", "text/csv;label_size=0")]
    [InlineData("Pipe", "text/csv; label_size=1")]
    public async Task Train_OfTwoHostsInOtherModesAndFormats_EndsWithTheModelAndTheMetrics(string mode, string? contentType)
    {
        byte[] Rows(int count) => contentType switch
        {
            null => ContainerRoot.Records(0, count),
            "application/x-parquet" => ContainerRoot.Parquet(0, count),
            _ => ContainerRoot.Csv(0, count, withLabels: !contentType.EndsWith('0')),
        };
        var content = Rows(RowCount);
        ContainerRoot[] roots = [.. Two.Select(host => new ContainerRoot(folder, host).Configure(host, Two, mode: mode, contentType: contentType).Put(Channel.Test, "part-0", Rows(500)))];
        var writing = mode == "Pipe" ? Task.WhenAll(roots.Select(root => root.Pipe(Channel.Train, content))) : Task.CompletedTask;
        if (mode != "Pipe")
        {
            Assert.All(roots, root => root.Put(Channel.Train, "folder/part-0", content));
        }

        var isText = contentType?.StartsWith("text/csv", StringComparison.Ordinal) ?? false;
        await AssertTrained(roots, Two, isText ? Expected("rows.csv", ContainerRoot.Csv(0, RowCount, withLabels: false)) : Expected());
        await writing;
    }

    [Fact]
    public async Task Train_OfThreeHostsWithFilesOfTheirOwn_EndsWithTheModelOfAllFiles()
    {
        // The third has none: there are fewer objects than hosts.
        string[] hosts = [.. Two, "algo-3"];
        ContainerRoot[] roots = [.. hosts.Select(host => new ContainerRoot(folder, host).Configure(host, hosts, distribution: "ShardedByS3Key"))];
        roots[0].Put(Channel.Train, "part-0", ContainerRoot.Records(0, 15_000)).Put(Channel.Test, "part-0", ContainerRoot.Records(0, 500));
        roots[1].Put(Channel.Train, "part-1", ContainerRoot.Records(15_000, RowCount - 15_000));
        Directory.CreateDirectory(roots[2].Paths.Channel(Channel.Train));

        await AssertTrained(roots, hosts);
    }

    [Fact]
    public async Task Train_OnOneHostThatIsStopped_GoesOnFromItsCheckpoint()
    {
        // Epochs enough that it does not end before it is stopped; the same rows are copied anew for the second run.
        var records = ContainerRoot.Records(0, RowCount);
        ContainerRoot Host(string name) => new ContainerRoot(folder, name).Configure("algo-1", ["algo-1"], new() { ["epochs"] = "150" }).Put(Channel.Train, "part-0", records).Put(Channel.Test, "part-0", ContainerRoot.Records(0, 500));
        var (first, second, whole) = (Host("first"), Host("second"), Host("whole"));
        Directory.CreateDirectory(first.Paths.Checkpoints);

        await using (var stopped = KMeansProcess.Start("container", "train", "--root", first.Paths.Root, "--threads", "1"))
        {
            await stopped.OutputAsync(line => line.Contains("completed 10 %", StringComparison.Ordinal));
            stopped.End();
            Assert.Equal(143, await stopped.ExitAsync());
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(first.Paths.Model));
        Assert.Equal("", first.FailureText);
        Directory.Move(first.Paths.Checkpoints, second.Paths.Checkpoints);
        var continued = await KMeansProcess.RunAsync("container", "train", "--root", second.Paths.Root);
        Assert.Contains("went on from the checkpoint", continued, StringComparison.Ordinal);
        var undisturbed = await KMeansProcess.RunAsync("container", "train", "--root", whole.Paths.Root);
        Assert.Equal(FingerprintOf(undisturbed), FingerprintOf(continued));
        Assert.Empty(Directory.EnumerateFileSystemEntries(second.Paths.Checkpoints));
    }

    [Fact]
    public async Task Train_WhereTheCoordinatorFails_EndsOnEveryHostWithAReason()
    {
        ContainerRoot[] roots = [.. Two.Select(host => new ContainerRoot(folder, host).Configure(host, Two).Put(Channel.Train, "part-0", ContainerRoot.Records(0, 1000)))];
        roots[0].Put(Channel.Test, "part-0", ContainerRoot.Records(0, 10)[..^4]);

        await using var second = Start(roots[1], Addresses(Two));
        await using var first = Start(roots[0], Addresses(Two));
        Assert.Equal(2, await first.ExitAsync());
        Assert.Equal(1, await second.ExitAsync());
        Assert.StartsWith($"ClientError: {Path.Combine(roots[0].Paths.Data, "test", "part-0")}: ", roots[0].FailureText, StringComparison.Ordinal);
        Assert.StartsWith("AlgorithmError: the coordinating host algo-1 failed", roots[1].FailureText, StringComparison.Ordinal);
        Assert.All(roots, root => Assert.Empty(Directory.EnumerateFileSystemEntries(root.Paths.Model)));
    }

    private string? addresses;

    private string Addresses(string[] hosts) => addresses ??= string.Join(',', hosts.Zip(FreePorts.Take(hosts.Length), (host, port) => $"{host}=127.0.0.1:{port}"));

    private static KMeansProcess Start(ContainerRoot root, string addresses) => KMeansProcess.Start("container", "train", "--root", root.Paths.Root, "--threads", "1", "--address", addresses);

    private Task AssertTrained(ContainerRoot[] roots, string[] hosts) => AssertTrained(roots, hosts, Expected());

    private async Task AssertTrained(ContainerRoot[] roots, string[] hosts, (string Fingerprint, double Msd) expected)
    {
        var processes = roots.Select(root => Start(root, Addresses(hosts))).ToList();
        foreach (var process in processes)
        {
            Assert.True(await process.ExitAsync() == 0, process.Error);
        }

        var log = processes[0].Output;
        Assert.Equal(expected.Fingerprint, FingerprintOf(log));
        var found = MetricDefinition.All.ToDictionary(definition => definition.Name, definition => definition.Find(log));
        Assert.Equal(100, found["train:progress"]);
        Assert.True(found["train:throughput"] > 0);
        Assert.Equal(expected.Msd, found["train:msd"]!.Value, 1e-9);
        Assert.Equal(found["test:msd"]!.Value * 500, found["test:ssd"]!.Value, 1e-9);

        // SageMaker packs what is there; whoever reads the reference's artifact takes model_algo-1 of it, and we all of it.
        Assert.Equal(["centers.npy", "model.json", "model_algo-1", "state"], Directory.EnumerateFileSystemEntries(roots[0].Paths.Model).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var model = ModelFolder.Load(roots[0].Paths.Model);
        Assert.Equal(expected.Fingerprint, model.Fingerprint);
        Assert.NotNull(model.State);
        var reference = ModelFolder.Load(Path.Combine(roots[0].Paths.Model, "model_algo-1"));
        Assert.Equal(model.CentersInColumnUnits.Select(value => (float)value), reference.Centers.Select(value => (float)value));
        Assert.All(roots.Skip(1), root => Assert.Empty(Directory.EnumerateFileSystemEntries(root.Paths.Model)));
        Assert.All(roots, root => Assert.Equal("", root.FailureText));
        processes.ForEach(process => process.DisposeAsync().AsTask().GetAwaiter().GetResult());
    }

    private static string FingerprintOf(string log) => log.Split(" fingerprint ")[1][..64];

    /// <summary>What a training of all rows in this process gives.</summary>
    private (string Fingerprint, double Msd) Expected() => Expected("rows.pbr", ContainerRoot.Records(0, RowCount));

    private (string Fingerprint, double Msd) Expected(string name, byte[] rows)
    {
        Directory.CreateDirectory(folder["expected"]);
        File.WriteAllBytes(folder[$"expected/{name}"], rows);
        var report = Trainer.Train(folder["expected"], new KMeans.Training.TrainingOptions { ClusterCount = 10 }).Report;
        return (report.Fingerprint, report.Msd);
    }
}
