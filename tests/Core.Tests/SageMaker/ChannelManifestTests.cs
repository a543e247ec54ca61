using System.Text;
using KMeans.SageMaker;

namespace KMeans.Tests.SageMaker;

public class ChannelManifestTests
{
    /// <summary>What the reference's client writes beside its record files.</summary>
    [Fact]
    public void Parse_OfTheClientsManifest_GivesPrefixAndNames() => Assert.Equal(
        ["s3://bucket/data/matrix_0.pbr", "s3://bucket/data/matrix_1.pbr"],
        Manifest("""[{"prefix": "s3://bucket/data/"}, "matrix_0.pbr", "matrix_1.pbr"]"""));

    [Theory]
    [InlineData("", "no valid JSON")]
    [InlineData("{}", "list")]
    [InlineData("[]", "list")]
    [InlineData("""[{"prefix":"s3://bucket/"}]""", "at least one name")]
    [InlineData("""["a","b"]""", "must begin with")]
    [InlineData("""[{"prefix":7},"a"]""", "must begin with")]
    [InlineData("""[{"prefix":"s3://bucket/","more":"x"},"a"]""", "must begin with")]
    [InlineData("""[{"prefix":"s3://bucket/","prefix":"s3://other/"},"a"]""", "no valid JSON")]
    [InlineData("""[{"prefix":"https://bucket/"},"a"]""", "names no bucket")]
    [InlineData("""[{"prefix":"s3://bucket"},"a"]""", "names no bucket")]
    [InlineData("""[{"prefix":"s3:///x"},"a"]""", "names no bucket")]
    [InlineData("""[{"prefix":"s3://bucket/"},""]""", "entry 2")]
    [InlineData("""[{"prefix":"s3://bucket/"},"a",{"prefix":"s3://other/"}]""", "entry 3")]
    [InlineData("""[{"prefix":"s3://bucket/"},"a",null]""", "entry 3")]
    [InlineData("""[{"prefix":"s3://bucket/"},"a","a"]""", "'a' twice")]
    [InlineData("""[{"prefix":"s3://bucket/"},"\ud800"]""", "no valid Unicode")]
    [InlineData("""[{"prefix":"s3://bucket/"},[["a"]]]""", "no valid JSON")]
    public void Parse_OfAnythingElse_IsRefused(string json, string reason)
    {
        var message = Assert.Throws<InputException>(() => Manifest(json)).Message;
        Assert.StartsWith("ClientError: s3://bucket/m.manifest: the manifest ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Manifest(string json) => ChannelManifest.Parse(Encoding.UTF8.GetBytes(json), "s3://bucket/m.manifest");
}
