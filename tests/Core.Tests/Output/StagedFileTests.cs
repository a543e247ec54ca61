using KMeans.Output;

namespace KMeans.Tests.Output;

public sealed class StagedFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("kmeans-staged-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void File_UntilItIsCommitted_HasOnlyAHiddenName()
    {
        var path = Path.Combine(folder, "out.csv");
        using (var file = new StagedFile(path, overwrite: false))
        {
            file.Stream.WriteByte(1);
            Assert.False(File.Exists(path));
            Assert.StartsWith(".", Path.GetFileName(Assert.Single(Directory.GetFiles(folder))), StringComparison.Ordinal);
            file.Commit();
        }

        Assert.Equal([path], Directory.GetFiles(folder));
        Assert.Equal([1], File.ReadAllBytes(path));
    }

    [Fact]
    public void File_ThatIsNotCommitted_Vanishes()
    {
        new StagedFile(Path.Combine(folder, "out.csv"), overwrite: false).Dispose();
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public void File_ThatExists_IsReplacedOnlyWhenAsked()
    {
        var path = Path.Combine(folder, "out.csv");
        File.WriteAllText(path, "mine");
        Assert.Contains("--overwrite", Assert.Throws<InputException>(() => new StagedFile(path, overwrite: false)).Message, StringComparison.Ordinal);
        using var file = new StagedFile(path, overwrite: true);
        file.Commit();
        Assert.Empty(File.ReadAllBytes(path));
    }

    [Fact]
    public void File_CreatedBySomeoneElseMeanwhile_IsKept()
    {
        var path = Path.Combine(folder, "out.csv");
        using var file = new StagedFile(path, overwrite: false);
        File.WriteAllText(path, "theirs");
        Assert.Throws<InputException>(file.Commit);
        Assert.Equal("theirs", File.ReadAllText(path));
    }
}
