using KMeans.Input;
using KMeans.Tests.Support;

namespace KMeans.Tests.Input;

public sealed class InputDiscoveryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public InputDiscoveryTests()
    {
        foreach (var name in new[] { "b.csv", "a/x.csv", "a/deep/y.csv", "a/z.npy", "a-b.csv", "B.csv", "_SUCCESS", ".hidden/c.csv", "_temporary/d.csv", "a/.e.csv" })
        {
            folder.Write(name, "1");
        }
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Folders_AreSearchedInOrdinalOrder() => Assert.Equal(["B.csv", "a-b.csv", "a/deep/y.csv", "a/x.csv", "a/z.npy", "b.csv"], Names(""));

    [Theory]
    [InlineData("*.csv", "B.csv a-b.csv b.csv")]
    [InlineData("a/*.csv", "x.csv")]
    [InlineData("**/*.csv", "B.csv a-b.csv a/deep/y.csv a/x.csv b.csv")]
    [InlineData("a/**", "deep/y.csv x.csv z.npy")]
    [InlineData("*/deep/*", "a/deep/y.csv")]
    [InlineData("?", "a/deep/y.csv a/x.csv a/z.npy")]
    [InlineData("[ab]*", "a-b.csv a/deep/y.csv a/x.csv a/z.npy b.csv")]
    [InlineData("_S*", "_SUCCESS")]
    public void Globs_GiveNamesBelowTheirFixedPart(string glob, string expected) => Assert.Equal(expected, string.Join(' ', Names(glob)));

    [Fact]
    public void Folders_LeaveOutModelsThatLieBelowThem()
    {
        folder.Write("a/model/model.json", "{}");
        folder.Write("a/model/centers.npy", "1");
        folder.Write("a/model/state/centers.npy", "1");
        Assert.DoesNotContain(Names(""), name => name.Contains("model", StringComparison.Ordinal));
        Assert.Contains("centers.npy", Names("a/model"));
    }

    [Fact]
    public void Files_KeepTheOrderGivenWhereNamesAreEqual()
    {
        var first = folder.Write("m/same.csv", "1");
        var second = folder.Write("l/same.csv", "1");
        Assert.Equal([first, second], InputDiscovery.Find([first, second]).Select(file => file.Path));
        Assert.Equal([second, first], InputDiscovery.Find([second, first]).Select(file => file.Path));
        Assert.All(InputDiscovery.Find([second, first]), file => Assert.Equal("same.csv", file.RelativeName));
    }

    [Fact]
    public void Files_WithWildcardsInTheirNames_AreFiles() =>
        Assert.Equal("x[1].csv", Assert.Single(InputDiscovery.Find([folder.Write("x[1].csv", "1")])).RelativeName);

    [Fact]
    public void Files_FoundTwice_AreRefused() =>
        InputReading.AssertRefused(() => InputDiscovery.Find([folder.Path, At("a/../b.csv")]), "b.csv: is named twice");

    [Fact]
    public void Paths_WithoutFiles_AreRefused()
    {
        Directory.CreateDirectory(At("empty"));
        InputReading.AssertRefused(() => InputDiscovery.Find([At("missing.csv")]), "missing.csv: no such file or folder");
        InputReading.AssertRefused(() => InputDiscovery.Find([At("*.parquet")]), "*.parquet: no file matches");
        InputReading.AssertRefused(() => InputDiscovery.Find([At("nowhere/*.csv")]), "nowhere/*.csv: no file matches");
        InputReading.AssertRefused(() => InputDiscovery.Find([At("empty")]), "empty: the folder has no files");
        InputReading.AssertRefused(() => InputDiscovery.Find([]), "--input");
        InputReading.AssertRefused(() => InputDiscovery.Find([""]), "--input");
    }

    [Fact]
    public void Folders_ThatContainThemselves_AreRefused()
    {
        Directory.CreateSymbolicLink(At("a/loop"), At("a"));
        InputReading.AssertRefused(() => InputDiscovery.Find([folder.Path]), "a link probably leads back");
    }

    private string At(string name) => $"{folder.Path}/{name}";

    private IEnumerable<string> Names(string glob) => InputDiscovery.Find([At(glob)]).Select(file => file.RelativeName);
}
