using KMeans.Client.Tests.Support;

namespace KMeans.Client.Tests.Commands;

public sealed class ExportCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ExportCommandTests()
    {
        folder.WriteCsv("train.csv", 60);
        Assert.Equal(0, RunKMeans.In(folder, "train", "--input", "train.csv", "--exclude", "id", "--k", "2", "--output", "model").ExitCode);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Export_ToAName_WritesItsFormatAndSaysWhatWasChecked()
    {
        var ran = RunKMeans.In(folder, "export", "--model", "model", "--output", "centers.csv");

        Assert.Equal(0, ran.ExitCode);
        Assert.Equal("2 centers of 2 features in centers.csv\nread back: the model's centers and 60 rows of its state get the same clusters and distances\n", ran.Output.ReplaceLineEndings("\n"));
        Assert.StartsWith("cluster,size,x,y\n0,30,", File.ReadAllText(folder["centers.csv"]), StringComparison.Ordinal);
        Assert.Equal(2, RunKMeans.In(folder, "export", "--model", "model", "--output", "centers.csv").ExitCode);
    }

    [Fact]
    public void Export_OfDirections_SaysWhereTheReaderHasToDivideRows()
    {
        // The first row is all zeros.
        Assert.Equal(0, RunKMeans.In(folder, "train", "--input", "train.csv", "--exclude", "id", "--k", "2", "--distance", "cosine", "--missing", "skip", "--output", "directions").ExitCode);

        foreach (var (name, isSaid) in new[] { ("centers.csv", true), ("centers.json", true), ("model.onnx", false), ("model.sklearn.json", false) })
        {
            var ran = RunKMeans.In(folder, "export", "--model", "directions", "--output", name);

            Assert.Equal(0, ran.ExitCode);
            Assert.Equal(isSaid, ran.Output.Contains("they are directions: divide a row by its length before you compare it with them", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Export_ToANameWithoutAFormat_IsRefusedBeforeAnyWork()
    {
        var ran = RunKMeans.In(folder, "export", "--model", "none", "--output", "centers.bin");

        Assert.Equal(2, ran.ExitCode);
        Assert.Contains("the name tells no format", ran.Error, StringComparison.Ordinal);
        Assert.Equal(0, RunKMeans.In(folder, "export", "--model", "model", "--output", "centers.bin", "--format", "onnx").ExitCode);
        Assert.Equal(["centers.bin", "model", "train.csv"], folder.Entries);
    }
}
