using KMeans.Input;
using KMeans.Tests.Support;

namespace KMeans.Tests.Input;

public sealed class InputFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Open_OfAFolderWithPartsWithoutRows_LeavesThemOut()
    {
        Write("0.csv", "");
        Write("1.csv", "x,y\n1,2\n3,4\n");
        Write("2.csv", "\n\n");
        Write("3.fvecs", "");
        Write("4.csv", "x,y\n");
        using var input = InputSet.Create(InputFiles.Open([folder.Path], new InputFormatOptions()), new ColumnChoice());
        Assert.Equal(["1.csv", "4.csv"], input.Files.Select(file => Path.GetFileName(file.Path)));
        Assert.Equal(["x", "y"], input.FeatureNames);
    }

    [Fact]
    public void Open_OfPartsWithoutRowsAlone_GivesOneForTheMessage()
    {
        Write("0.csv", "");
        Write("1.csv", "");
        var files = InputFiles.Open([folder.Path], new InputFormatOptions());
        Assert.Equal("1.csv", Path.GetFileName(Assert.Single(files).Path));
        Assert.Contains("no column is left", Assert.Throws<InputException>(() => InputSet.Create(files, new ColumnChoice())).Message);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder.Path, name), text);
}
