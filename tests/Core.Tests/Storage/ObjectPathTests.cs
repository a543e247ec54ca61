using KMeans.Storage;

namespace KMeans.Tests.Storage;

public class ObjectPathTests
{
    [Theory]
    [InlineData("s3://bucket/a/b.csv", "s3", "bucket", "a/b.csv")]
    [InlineData("S3://bucket", "s3", "bucket", "")]
    [InlineData("s3://bucket/", "s3", "bucket", "")]
    [InlineData("s3://bucket//a", "s3", "bucket", "/a")]
    public void Parse_OfAPath_GivesItsParts(string path, string scheme, string bucket, string key) =>
        Assert.Equal(new ObjectPath(scheme, bucket, key), ObjectPath.Parse(path));

    [Theory]
    [InlineData("s3://")]
    [InlineData("s3:///a")]
    [InlineData("s3://a?b/c")]
    [InlineData("s3://user@host/c")]
    [InlineData("s3://bucket/../other/a")]
    [InlineData("s3://bucket/a/./b")]
    [InlineData("s3://bucket/a\nb")]
    public void Parse_OfWhatIsNone_IsRefused(string path) => Assert.Throws<InputException>(() => ObjectPath.Parse(path));

    [Theory]
    [InlineData("s3://bucket/a", true)]
    [InlineData("data/s3://a", false)]
    [InlineData("://a", false)]
    [InlineData("C:\\a", false)]
    [InlineData("a*://b", false)]
    public void Is_OfAnyText_TellsPathsOfStores(string path, bool expected) => Assert.Equal(expected, ObjectPath.Is(path));

    [Theory]
    [InlineData("s3://b/model", "s3://b/model/state/a")]
    [InlineData("s3://b/model/", "s3://b/model/state/a")]
    public void Combine_WithAFolderOfAStore_PutsOneSlash(string folder, string expected) => Assert.Equal(expected, ObjectPath.Combine(folder, "state/a"));
}
