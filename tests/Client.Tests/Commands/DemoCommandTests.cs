using KMeans.Client.Tests.Support;

namespace KMeans.Client.Tests.Commands;

public sealed class DemoCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Demo_TwiceInARow_ReplacesItsOwnOutput()
    {
        var first = RunKMeans.In(folder, "demo");
        Assert.Equal((0, ""), (first.ExitCode, first.Error));
        Assert.Contains("(exact)", first.Output, StringComparison.Ordinal);
        Assert.Contains("digit 0", first.Output, StringComparison.Ordinal);
        var model = File.ReadAllText(Path.Combine(folder["kmeans-demo"], "model.json"));

        Assert.Equal(0, RunKMeans.In(folder, "demo").ExitCode);
        Assert.Equal(model, File.ReadAllText(Path.Combine(folder["kmeans-demo"], "model.json")));
        Assert.Equal(["kmeans-demo"], folder.Entries);
    }

    [Fact]
    public void Demo_OverAFolderThatIsNoModel_Refuses()
    {
        Directory.CreateDirectory(folder["kmeans-demo"]);
        File.WriteAllText(Path.Combine(folder["kmeans-demo"], "notes.txt"), "keep");
        TrainCommandTests.AssertOneLine(RunKMeans.In(folder, "demo"), "kmeans-demo:");
        Assert.Equal("keep", File.ReadAllText(Path.Combine(folder["kmeans-demo"], "notes.txt")));
    }
}
