using KMeans.Http.Tests.Support;
using KMeans.Http.Workers;
using KMeans.Input;

namespace KMeans.Http.Tests.Workers;

public sealed class DataRootsTests : IDisposable
{
    private readonly Folder folder = new();
    private readonly DataRoots roots;

    public DataRootsTests()
    {
        folder.WriteCsv("data/a.csv", 4);
        folder.WriteCsv("data/sub/b.csv", 4);
        folder.WriteCsv("other/secret.csv", 4);
        roots = new DataRoots([folder["data"], "s3://bucket/rows"]);
    }

    [Theory]
    [InlineData("a.csv", 1)]
    [InlineData("sub", 1)]
    [InlineData(".", 2)]
    [InlineData("sub/../a.csv", 1)]
    [InlineData("*.csv", 1)]
    [InlineData("**/*.csv", 2)]
    [InlineData("s*/b.csv", 1)]
    public void Open_BelowARoot_FindsFilesByRelativeAndByAbsolutePaths(string path, int files)
    {
        Assert.Equal(files, Open(path).Length);
        Assert.Equal(files, Open(folder["data"] + "/" + path).Length);
    }

    [Theory]
    [InlineData("../other/secret.csv")]
    [InlineData("../other")]
    [InlineData("sub/../../other/secret.csv")]
    [InlineData("../oth*/secret.csv")]
    [InlineData("*/../../other/secret.csv")]
    [InlineData("/etc/passwd")]
    [InlineData("/etc/pass*")]
    [InlineData("../data-and-more")]
    public void Open_OutsideTheRoots_Refuses(string path)
    {
        folder.WriteCsv("data-and-more/c.csv", 4);
        RefusesAsOutside(path);
    }

    [Fact]
    public void Open_ThroughALinkThatLeadsOutside_Refuses()
    {
        File.CreateSymbolicLink(folder["data/link.csv"], folder["other/secret.csv"]);
        Directory.CreateSymbolicLink(folder["data/folder"], folder["other"]);
        File.CreateSymbolicLink(folder["data/sub/twice.csv"], "../link.csv");
        Directory.CreateSymbolicLink(folder["data/sub/up"], "../..");
        RefusesAsOutside("link.csv");
        RefusesAsOutside("folder/secret.csv");
        RefusesAsOutside("folder");
        RefusesAsOutside("folder/*.csv");
        RefusesAsOutside("sub/twice.csv");
        RefusesAsOutside("sub/up/other/secret.csv");

        // Found on the way, and not named by the request.
        RefusesAsOutside(".");
        RefusesAsOutside("*.csv");
    }

    [Fact]
    public void Open_ThroughALinkThatStaysInside_Opens()
    {
        Directory.CreateSymbolicLink(folder["data/again"], folder["data/sub"]);
        File.CreateSymbolicLink(folder["data/c.csv"], "sub/b.csv");
        Assert.Single(Open("again/b.csv"));
        Assert.Single(Open("c.csv"));
    }

    [Fact]
    public void Open_WhereTheRootItselfIsALink_Opens()
    {
        Directory.CreateSymbolicLink(folder["root"], folder["data"]);
        var linked = new DataRoots([folder["root"]]);
        Assert.Equal(2, linked.Open(["."], new InputFormatOptions()).Count);
        Assert.Single(linked.Open([folder["root/a.csv"]], new InputFormatOptions()));
    }

    [Fact]
    public void Open_OfLinksInCircles_Refuses()
    {
        File.CreateSymbolicLink(folder["data/x.csv"], "y.csv");
        File.CreateSymbolicLink(folder["data/y.csv"], "x.csv");
        Assert.Contains("circles", Assert.Throws<InputException>(() => Open("x.csv")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3://bucket/rows/a.parquet", "s3:// is not known here")]
    [InlineData("s3://bucket/rows", "s3:// is not known here")]
    [InlineData("s3://bucket/row*/a.parquet", "outside the worker's data roots")]
    [InlineData("s3://bucket/rows/../a.parquet", "has a part that is")]
    [InlineData("s3://bucket/rowsmore/a.parquet", "outside the worker's data roots")]
    [InlineData("s3://other/a.parquet", "outside the worker's data roots")]
    [InlineData("http://example.com/a.csv", "outside the worker's data roots")]
    [InlineData("missing.csv", "no such file or folder below the worker's data roots")]
    [InlineData("", "empty")]
    [InlineData("a\0b", "NUL")]
    public void Open_OfWhatCannotBeHad_SaysWhy(string path, string reason) => Assert.Contains(reason, Assert.Throws<InputException>(() => Open(path)).Message, StringComparison.Ordinal);

    [Fact]
    public void Constructor_OfAFolderThatDoesNotExist_NamesTheOption() =>
        Assert.Contains("--data-root", Assert.Throws<InputException>(() => new DataRoots([folder["nowhere"]])).Message, StringComparison.Ordinal);

    public void Dispose() => folder.Dispose();

    private string[] Open(string path)
    {
        var files = roots.Open([path], new InputFormatOptions());
        var names = files.Select(named => named.Name).ToArray();
        foreach (var named in files)
        {
            named.File.Dispose();
        }

        return names;
    }

    private void RefusesAsOutside(string path) =>
        Assert.Contains("is outside the worker's data roots", Assert.Throws<InputException>(() => Open(path)).Message, StringComparison.Ordinal);
}
