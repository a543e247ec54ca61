using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Processes;

/// <summary>Three worker processes and a coordinator process: one fingerprint, whatever happens to them on the way.</summary>
public sealed class WorkerProcessesTests(MillionRows rows) : IClassFixture<MillionRows>, IAsyncLifetime, IDisposable
{
    private readonly Folder folder = new();
    private WorkerProcess[] workers = [];

    public async Task InitializeAsync() => workers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => WorkerProcess.StartAsync(rows.Root)));

    public async Task DisposeAsync()
    {
        foreach (var worker in workers)
        {
            await worker.DisposeAsync();
        }
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Train_OnWorkers_GivesTheFingerprintOfOneProcess(int count)
    {
        var output = await KMeansProcess.RunAsync(Fast(workers[..count]));
        Assert.Equal(rows.Fingerprint, MillionRows.FingerprintOf(output));
        Assert.Subset(workers[..count].Select(worker => worker.Url).ToHashSet(), MillionRows.Instances(folder["ledger"]));
    }

    [Fact]
    public async Task Train_OfRowsThatAreKept_GivesTheFingerprintOfOneProcess()
    {
        string[] Arguments(params string[] more) => ["train", "--input", Path.Combine(rows.Root, "rows"), "--k", "5", "--local-lloyd-max-iter", "5", "--epochs", "2", .. more];
        var one = await KMeansProcess.RunAsync(Arguments("--output", folder["one"]));
        var three = await KMeansProcess.RunAsync(Arguments("--output", folder["three"], "--workers", Urls(workers)));
        Assert.Equal(MillionRows.FingerprintOf(one), MillionRows.FingerprintOf(three));
        Assert.Contains("(exact)", three, StringComparison.Ordinal);
    }

    [PrerequisiteFact(Prerequisite.Mnist)]
    public async Task Train_OnMnist_GivesTheFingerprintOfOneProcess()
    {
        var mnist = Prerequisite.Get(Prerequisite.Mnist);
        var input = Directory.GetFiles(mnist).Single(path => Path.GetFileName(path) is var name && name.StartsWith("train", StringComparison.Ordinal) && name.Contains("images", StringComparison.Ordinal) && !name.EndsWith(".gz", StringComparison.Ordinal));
        await using var worker = await WorkerProcess.StartAsync(mnist);
        await using var other = await WorkerProcess.StartAsync(mnist);
        foreach (var budget in new[] { "0", "67108864" })
        {
            string[] Arguments(params string[] more) => ["train", "--k", "10", "--row-budget", budget, "--overwrite", .. more];
            var one = await KMeansProcess.RunAsync(Arguments("--input", input, "--output", folder["one"]));
            var two = await KMeansProcess.RunAsync(Arguments("--input", Path.GetFileName(input), "--output", folder["two"], "--workers", Urls(worker, other)));
            Assert.Equal(MillionRows.FingerprintOf(one), MillionRows.FingerprintOf(two));
        }
    }

    [Fact]
    public async Task Train_WhenAWorkerIsKilledInMidPass_GivesTheSameFingerprint()
    {
        await using var training = KMeansProcess.Start(Slow(workers));
        await workers[1].ComputingAsync();
        await workers[1].Process.KillAsync();
        await training.ErrorAsync(line => line.Contains($"worker {workers[1].Url} failed", StringComparison.Ordinal));
        await AssertSlowFingerprint(training);
        Assert.Contains(workers[0].Url, MillionRows.Instances(folder["ledger"]));
    }

    [PrerequisiteFact(Prerequisite.Unix)]
    public async Task Train_WhenAWorkerStandsStillInMidPass_GivesTheSameFingerprint()
    {
        await using var training = KMeansProcess.Start(Slow(workers));
        await workers[1].ComputingAsync();
        workers[1].Process.Suspend();
        await AssertSlowFingerprint(training);
        workers[1].Process.Resume();
    }

    [PrerequisiteFact(Prerequisite.Unix)]
    public async Task Train_WhenAWorkerIsToldToStopInMidPass_GivesTheSameFingerprint()
    {
        await using var training = KMeansProcess.Start(Slow(workers));
        await workers[1].ComputingAsync();
        workers[1].Process.End();

        // 143 where the machine is so busy that it could not say goodbye to everybody in time.
        Assert.Contains(await workers[1].Process.ExitAsync(), new[] { 0, 143 });
        await training.ErrorAsync(line => line.Contains($"worker {workers[1].Url} failed: The worker is stopping", StringComparison.Ordinal) || line.Contains($"worker {workers[1].Url} failed: it is not reachable", StringComparison.Ordinal));
        await AssertSlowFingerprint(training);
    }

    [PrerequisiteFact(Prerequisite.Unix)]
    public async Task Train_WhenAWorkerIsStartedAgainInMidPass_GivesItWorkAgain()
    {
        await using var training = KMeansProcess.Start(Slow(workers[0], workers[1]));
        await workers[1].ComputingAsync();
        await workers[1].Process.KillAsync();

        // The other one stands still from here on, so that the one that is started again must do what is left.
        workers[0].Process.Suspend();
        await using var again = await WorkerProcess.StartAsync(rows.Root, workers[1].Url);
        await training.ErrorAsync(line => line.Contains($"worker {again.Url} is back", StringComparison.Ordinal));
        await AssertSlowFingerprint(training);
    }

    [PrerequisiteFact(Prerequisite.Unix)]
    public async Task Train_WhenAWorkerComesLate_GivesItWork()
    {
        await workers[2].Process.KillAsync();
        await using var training = KMeansProcess.Start(Slow(workers[0], workers[2]));
        await training.ErrorAsync(line => line.Contains("going on without it", StringComparison.Ordinal));
        await workers[0].ComputingAsync();
        workers[0].Process.Suspend();
        await using var late = await WorkerProcess.StartAsync(rows.Root, workers[2].Url);
        await training.ErrorAsync(line => line.Contains($"worker {late.Url} is here now", StringComparison.Ordinal));
        await AssertSlowFingerprint(training);
        Assert.Contains(late.Url, MillionRows.Instances(folder["ledger"]));
    }

    [Fact]
    public async Task Train_WhenTheCoordinatorIsKilled_GoesOnFromItsCheckpoint()
    {
        await using (var first = KMeansProcess.Start([.. Slow(workers), "--checkpoint", folder["state"]]))
        {
            await BlockIn(folder["state"], first);
            await first.KillAsync();
        }

        await using var second = KMeansProcess.Start([.. Slow(workers), "--checkpoint", folder["state"]]);
        await AssertSlowFingerprint(second);
        Assert.Matches("went on from the checkpoint in .*: [0-9]+ of 16 partitions", second.Error);
    }

    [PrerequisiteFact(Prerequisite.LinuxRoot)]
    public async Task Train_WhenTheDiskUnderTheCheckpointIsFull_SaysSoAndEndsWithTheSameFingerprint()
    {
        var full = Directory.CreateDirectory(folder["full"]).FullName;
        await Mount("mount", "-t", "tmpfs", "-o", "size=12k", "tmpfs", full);
        try
        {
            await using var training = KMeansProcess.Start([.. Slow(workers), "--checkpoint", full]);
            await AssertSlowFingerprint(training);
            Assert.Contains("checkpoint", training.Error, StringComparison.Ordinal);
        }
        finally
        {
            await Mount("umount", full);
        }
    }

    [Fact]
    public async Task Train_WhereNoWorkerIsReachable_EndsWithOneLineThatNamesThem()
    {
        await Task.WhenAll(workers.Select(worker => worker.Process.KillAsync()));
        await using var training = KMeansProcess.Start(Fast(workers));
        Assert.Equal(2, await training.ExitAsync());
        Assert.Single(training.Error.Split('\n'));
        Assert.All(workers, worker => Assert.Contains(worker.Url, training.Error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("/etc/passwd")]
    public async Task Train_OnAPathOutsideTheRoots_EndsWithOneLineThatNamesIt(string path)
    {
        await using var training = KMeansProcess.Start("train", "--input", path, "--k", "2", "--output", folder["model"], "--workers", Urls(workers));
        Assert.Equal(2, await training.ExitAsync());
        Assert.Contains($"{path}: is outside the worker's data roots", training.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["model"]));
    }

    private static string Urls(params WorkerProcess[] workers) => string.Join(',', workers.Select(worker => worker.Url));

    /// <summary>Waits until a block of the pass was kept, or all of them.</summary>
    private static async Task BlockIn(string checkpoint, KMeansProcess training)
    {
        Directory.CreateDirectory(checkpoint);
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(checkpoint) { EnableRaisingEvents = true };
        watcher.Renamed += (_, file) =>
        {
            // A manifest that came into its place after a block names it.
            if (file.Name!.StartsWith("manifest", StringComparison.Ordinal) && Directory.GetFiles(checkpoint).Any(path => Path.GetFileName(path).StartsWith("block", StringComparison.Ordinal)))
            {
                written.TrySetResult();
            }
        };
        await written.Task.WaitAsync(TimeSpan.FromSeconds(120));
        Assert.False(training.HasExited, training.Output);
    }

    private static async Task Mount(string program, params string[] arguments)
    {
        using var mount = System.Diagnostics.Process.Start(program, arguments);
        await mount.WaitForExitAsync();
        Assert.Equal(0, mount.ExitCode);
    }

    private string[] Fast(params WorkerProcess[] some) => Arguments(false, some);

    private string[] Slow(params WorkerProcess[] some) => Arguments(true, some);

    private string[] Arguments(bool slow, WorkerProcess[] some) =>
        MillionRows.Arguments(slow, "rows", folder["model"], "--overwrite", "--quiet", "--ledger", folder["ledger"], "--workers", Urls(some));

    private async Task AssertSlowFingerprint(KMeansProcess training)
    {
        Assert.True(await training.ExitAsync() == 0, training.Error);
        Assert.Equal(rows.SlowFingerprint, MillionRows.FingerprintOf(training.Output));
        MillionRows.Instances(folder["ledger"]);
    }
}
