using System.Diagnostics;
using System.Globalization;
using KMeans.Client.Tests.Support;

namespace KMeans.Client.Tests.Commands;

/// <summary>Trainings that are stopped by --max-runtime, and what the same and other commands make of the checkpoint.</summary>
public sealed class TrainCheckpointTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>A pass of several seconds over eight partitions, because its centers are updated every few rows.</summary>
    public TrainCheckpointTests() => folder.WriteNpy("rows.npy", 8 * 65_536);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Train_WhoseTimeIsOver_EndsWithALine_AndGoesOnToTheSameFingerprint()
    {
        var whole = Train("whole");
        Assert.True(whole.ExitCode == 0, whole.Error);

        Stop();
        Assert.Equal(["rows.npy", "state", "whole"], folder.Entries);

        var resumed = Train("model", "--checkpoint", "state");
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(Fingerprint(whole), Fingerprint(resumed));
        Assert.Equal(["model", "rows.npy", "whole"], folder.Entries);
    }

    [Fact]
    public void Train_WhoseTimeIsOverWithoutACheckpoint_SaysThatNothingIsKept()
    {
        var stopped = Train("model", "--max-runtime", "0.1s");
        Assert.Equal((1, "kmeans: --max-runtime: the training was stopped after 0.1 s; nothing is kept, because no --checkpoint folder was given.\n"), (stopped.ExitCode, stopped.Error));
        Assert.Equal(["rows.npy"], folder.Entries);
    }

    [Fact]
    public void Train_WithACheckpointThatIsDamagedOrAnothers_NamesItAndWhatToDo()
    {
        Stop();
        TrainCommandTests.AssertOneLine(Train("model", "--checkpoint", "state", "--seed", "7"), "--checkpoint state:", "a training with other options", "remove this one");
        File.Copy(folder["rows.npy"], folder["other.npy"]);
        TrainCommandTests.AssertOneLine(RunKMeans.In(folder, Arguments("other.npy", "model", "--checkpoint", "state")), "--checkpoint state:", "another input", "name another folder");

        foreach (var name in new[] { "start.kmc", "manifest.kmc" })
        {
            var path = Path.Combine("state", name);
            var bytes = File.ReadAllBytes(folder[path]);
            File.WriteAllBytes(folder[path], [.. bytes[..^1], (byte)(bytes[^1] ^ 1)]);
            TrainCommandTests.AssertOneLine(Train("model", "--checkpoint", "state"), $"{path}: the checkpoint cannot be used", "remove the folder state to start afresh");
            File.WriteAllBytes(folder[path], bytes);
        }

        Assert.Equal(["other.npy", "rows.npy", "state"], folder.Entries);
    }

    [Theory]
    [InlineData("state")]
    [InlineData("model")]
    [InlineData("model/")]
    [InlineData("model/state")]
    public void Train_WithTheCheckpointInTheOutput_OrTheOtherWayRound_RefusesBeforeItBegins(string checkpoint)
    {
        var output = checkpoint == "state" ? "state/model" : "model";
        TrainCommandTests.AssertOneLine(Train(output, "--checkpoint", checkpoint), $"--checkpoint {checkpoint}:", "--output", "name another");
        Assert.Equal(["rows.npy"], folder.Entries);
    }

    [Fact]
    public void Train_WithAFolderOfOtherFilesAsCheckpoint_LeavesItAsItWas()
    {
        Directory.CreateDirectory(folder["mine"]);
        File.WriteAllText(folder["mine/a.txt"], "hi");
        TrainCommandTests.AssertOneLine(Train("model", "--checkpoint", "mine"), "--checkpoint mine:", "holds a.txt", "name an empty or new folder");
        Assert.Equal([folder["mine/a.txt"]], Directory.GetFileSystemEntries(folder["mine"]));
    }

    [Fact]
    public void Train_ThatIsStoppedByASignal_SaysHowToGoOnFromTheCheckpoint()
    {
        using var process = RunKMeans.Start(folder, Arguments("rows.npy", "model", "--checkpoint", "state"));
        Assert.True(SpinWait.SpinUntil(() => File.Exists(folder["state/manifest.kmc"]) || process.HasExited, TimeSpan.FromSeconds(60)));
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            kill.WaitForExit();
        }

        var ran = RunKMeans.Finish(process);
        Assert.Equal((143, "", "kmeans: stopped; repeat the command to go on from the checkpoint in state.\n"), (ran.ExitCode, ran.Output, ran.Error));
    }

    /// <summary>Stops the training once it has begun its checkpoint: a busy machine may need another try, which goes on from where the one before was stopped.</summary>
    private void Stop()
    {
        for (var seconds = 0.5; !File.Exists(folder["state/manifest.kmc"]); seconds *= 2)
        {
            Assert.InRange(seconds, 0, 20);
            var text = seconds.ToString(CultureInfo.InvariantCulture);
            var stopped = Train("model", "--checkpoint", "state", "--max-runtime", $"{text}s");
            Assert.Equal(
                (1, "", $"kmeans: --max-runtime: the training was stopped after {text} s; repeat the command to go on from the checkpoint in state.\n"),
                (stopped.ExitCode, stopped.Output, stopped.Error));
        }
    }

    private static string[] Arguments(string input, string output, params string[] more) =>
        ["train", "--input", input, "--k", "40", "--row-budget", "0", "--mini-batch-size", "4", "--threads", "1", "--output", output, "--quiet", .. more];

    private static string Fingerprint(Ran ran) => ran.Output.Split('\n').Single(line => line.StartsWith("fingerprint ", StringComparison.Ordinal));

    private Ran Train(string output, params string[] more) => RunKMeans.In(folder, Arguments("rows.npy", output, more));
}
