using KMeans.Models;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Models;

/// <summary>What a model may be saved over, and what is left when saving fails.</summary>
public sealed class ModelFolderTargetTests : IDisposable
{
    private static readonly TrainingResult First = SmallModels.Train();
    private static readonly TrainingResult Second = SmallModels.Train(options => options with { ClusterCount = 2 });

    private readonly TemporaryFolder folder = new();

    private string Target => folder.File("model");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Save_OverAnything_IsRefusedWithoutOverwrite()
    {
        Directory.CreateDirectory(Target);

        AssertRefused(false, "already exists; choose another --output or add --overwrite.");

        Assert.Empty(Directory.EnumerateFileSystemEntries(Target));
    }

    /// <summary>What two trainings do that both found the name free.</summary>
    [Fact]
    public void Write_WhereAFolderAppearedMeanwhile_RefusesAndLeavesItAlone()
    {
        var error = Record.Exception(() => FolderSwap.Write(Target, replaces: false, fresh =>
        {
            ModelFolder.Save(Target, First, overwrite: false);
            File.WriteAllText(Path.Combine(fresh, "second.txt"), "late");
        }));

        Assert.IsAssignableFrom<IOException>(error);
        Assert.Equal(First.Model.Fingerprint, ModelFolder.Load(Target).Fingerprint);
        Assert.Equal([Target], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(Target)!));
    }

    [Fact]
    public void CheckTarget_WithAnEmptyName_NamesTheOption() =>
        Assert.Equal("--output: the name is empty; name a folder.", Assert.Throws<InputException>(() => ModelFolder.CheckTarget("", overwrite: false)).Message);

    [Fact]
    public void Save_OverAModel_ReplacesItWhole()
    {
        ModelFolder.Save(Target, First, overwrite: false);
        File.WriteAllText(Path.Combine(Target, "notes.txt"), "of the first");

        ModelFolder.CheckTarget(Target, overwrite: true);
        ModelFolder.Save(Target + Path.DirectorySeparatorChar, Second, overwrite: true);

        Assert.Equal(2, ModelFolder.Load(Target).ClusterCount);
        Assert.False(File.Exists(Path.Combine(Target, "notes.txt")));
        Assert.Equal([Target], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Save_OverAnEmptyFolder_NeedsOnlyOverwrite()
    {
        Directory.CreateDirectory(Target);

        ModelFolder.Save(Target, First, overwrite: true);

        Assert.Equal(3, ModelFolder.Load(Target).ClusterCount);
    }

    [Fact]
    public void Save_OverAFolderThatIsNoModel_IsRefusedEvenWithOverwrite()
    {
        Directory.CreateDirectory(Target);
        File.WriteAllText(Path.Combine(Target, "thesis.txt"), "irreplaceable");

        AssertRefused(true, "is not a model folder (it has files, but no model.json) and is not overwritten; choose another --output.");

        Assert.Equal("irreplaceable", File.ReadAllText(Path.Combine(Target, "thesis.txt")));
    }

    [Fact]
    public void Save_OverAFile_IsRefusedEvenWithOverwrite()
    {
        File.WriteAllText(Target, "a file");

        AssertRefused(true, "is a file, not a model folder, and is not overwritten; choose another --output.");
    }

    [Fact]
    public void Save_BelowAFile_IsRefused()
    {
        File.WriteAllText(folder.File("file"), "a file");

        Assert.Throws<InputException>(() => ModelFolder.CheckTarget(folder.File("file/model"), overwrite: false));
        Assert.Throws<InputException>(() => ModelFolder.Save(folder.File("file/model"), First, overwrite: false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("/")]
    public void CheckTarget_OfAnImpossiblePath_IsRefused(string path) => Assert.Throws<InputException>(() => ModelFolder.CheckTarget(path, overwrite: true));

    [Fact]
    public void CheckTarget_OfANewPath_LeavesNothing()
    {
        ModelFolder.CheckTarget(folder.File("new/deep/model"), overwrite: false);

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Save_BelowFoldersThatDoNotExist_CreatesThem()
    {
        ModelFolder.Save(folder.File("new/deep/model"), First, overwrite: false);

        Assert.Equal(3, ModelFolder.Load(folder.File("new/deep/model")).ClusterCount);
    }

    [Fact]
    public void Save_ThroughALink_ReplacesWhatItPointsTo()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // Links need a privilege there.
        }

        ModelFolder.Save(folder.File("real"), First, overwrite: false);
        Directory.CreateSymbolicLink(Target, folder.File("real"));

        ModelFolder.Save(Target, Second, overwrite: true);

        Assert.NotNull(new DirectoryInfo(Target).LinkTarget);
        Assert.Equal(2, ModelFolder.Load(folder.File("real")).ClusterCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Write_WhenItFailsHalfWay_LeavesWhatWasThere(bool existing)
    {
        if (existing)
        {
            ModelFolder.Save(Target, First, overwrite: false);
        }

        var before = SmallModels.Files(folder.Path);

        Assert.Throws<IOException>(() => FolderSwap.Write(Target, replaces: true, fresh =>
        {
            File.WriteAllText(Path.Combine(fresh, "model.json"), "half of");
            throw new IOException("No space left on device");
        }));

        Assert.Equal(before, SmallModels.Files(folder.Path));
        Assert.Equal(existing ? [Target] : [], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Write_WhenTheRenameFails_RestoresTheOldModel()
    {
        ModelFolder.Save(Target, First, overwrite: false);
        var before = SmallModels.Files(folder.Path);

        Assert.Throws<DirectoryNotFoundException>(() => FolderSwap.Write(Target, replaces: true, fresh => Directory.Delete(fresh)));

        Assert.Equal(before, SmallModels.Files(folder.Path));
        Assert.Equal([Target], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Load_OfAFolderThatACrashLeft_IsNoModel()
    {
        // The description is written last, so a folder that the process could not finish or delete lacks it.
        ModelFolder.Save(Target, First, overwrite: false);
        var leftover = FolderSwap.Sibling(Target);
        Directory.Move(Target, leftover);
        File.Delete(Path.Combine(leftover, "model.json"));
        File.Delete(Path.Combine(leftover, "model.tar.gz"));

        Assert.Contains("is not a model folder", Assert.Throws<InputException>(() => ModelFolder.Load(leftover)).Message, StringComparison.Ordinal);
        ModelFolder.Save(Target, First, overwrite: false);
    }

    private void AssertRefused(bool overwrite, string problem)
    {
        var expected = $"{Target}: {problem}";
        Assert.Equal(expected, Assert.Throws<InputException>(() => ModelFolder.CheckTarget(Target, overwrite)).Message);
        Assert.Equal(expected, Assert.Throws<InputException>(() => ModelFolder.Save(Target, First, overwrite)).Message);
    }
}
