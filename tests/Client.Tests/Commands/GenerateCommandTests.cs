using System.Diagnostics;
using KMeans.Client.Tests.Support;

namespace KMeans.Client.Tests.Commands;

public sealed class GenerateCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Generate_WithAnyThreads_GivesTheSameFiles()
    {
        string[] arguments = ["generate", "--rows", "150001", "--features", "3", "--clusters", "4", "--seed", "5"];
        foreach (var threads in new[] { "1", "3" })
        {
            var ran = RunKMeans.In(folder, [.. arguments, "--output", "rows" + threads, "--files", "2", "--threads", threads]);
            Assert.Equal((0, ""), (ran.ExitCode, ran.Error));
            Assert.Contains("planted centers", ran.Output, StringComparison.Ordinal);
        }

        foreach (var part in new[] { "part-00000.parquet", "part-00001.parquet" })
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder["rows1"], part)), File.ReadAllBytes(Path.Combine(folder["rows3"], part)));
        }
    }

    [Fact]
    public void Generate_InOneFileOrMany_GivesTheSameRows()
    {
        string[] arguments = ["generate", "--rows", "5000", "--features", "6", "--clusters", "4"];
        string[] outputs = ["rows.parquet", "rows.npy", "parts"];
        var fingerprints = outputs.Select(output =>
        {
            Assert.Equal(0, RunKMeans.In(folder, [.. arguments, "--output", output, "--files", output == "parts" ? "3" : "1"]).ExitCode);
            var ran = RunKMeans.In(folder, "train", "--input", output, "--k", "4", "--output", output + ".model");
            return ran.Output.Split('\n').Single(line => line.StartsWith("fingerprint", StringComparison.Ordinal));
        });
        Assert.Single(fingerprints.Distinct());
    }

    [Fact]
    public void Generate_OverAFolderWithOtherThings_Refuses()
    {
        Directory.CreateDirectory(folder["mine"]);
        File.WriteAllText(Path.Combine(folder["mine"], "notes.txt"), "keep");
        string[] arguments = ["generate", "--rows", "10", "--features", "2", "--clusters", "2", "--files", "2", "--output", "mine", "--overwrite"];
        TrainCommandTests.AssertOneLine(RunKMeans.In(folder, arguments), "mine:", "not overwritten");
        Assert.True(File.Exists(Path.Combine(folder["mine"], "notes.txt")));
    }

    [Fact]
    public void Generate_WhenItIsInterrupted_StopsWithinASecondAndLeavesNothing()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var watcher = new FileSystemWatcher(folder.Path);
        using var begun = new ManualResetEventSlim();
        watcher.Created += (_, _) => begun.Set();
        watcher.EnableRaisingEvents = true;

        // At most 400 MB and a few seconds, should the signal be lost.
        using var process = RunKMeans.Start(folder, "generate", "--rows", "1000000", "--features", "100", "--clusters", "3", "--output", "rows.parquet", "--threads", "1");
        Assert.True(begun.Wait(TimeSpan.FromSeconds(30)));

        var clock = Stopwatch.StartNew();
        var code = Interruption.Send(process);
        var ran = RunKMeans.Finish(process);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal((code, "", "kmeans: stopped; nothing was written.\n"), (ran.ExitCode, ran.Output, ran.Error));
        Assert.Empty(folder.Entries);
    }
}
