using System.Text;
using KMeans.SageMaker;

namespace KMeans.Tests.SageMaker;

public class ChannelObjectsTests
{
    private static readonly string[] Uris = [.. Enumerable.Range(0, 10).Select(i => $"s3://bucket/data/part-{i}")];

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

    [Fact]
    public void OfPrefix_LeavesOutFoldersAndHiddenNames() => Assert.Equal(
        ["s3://b/d/a", "s3://b/d/e/f"],
        ChannelObjects.OfPrefix(["s3://b/d/e/f", "s3://b/d/", "s3://b/d/_SUCCESS", "s3://b/d/.amazon.manifest", "s3://b/d/a"]));

    [Fact]
    public void Shuffle_DependsOnSetSeedAndEpochAlone()
    {
        var order = ChannelObjects.Shuffle(Uris, 7);
        Assert.NotEqual(Uris, order);
        Assert.Equal(Uris, order.Order(StringComparer.Ordinal));
        Assert.Equal(order, ChannelObjects.Shuffle(Uris.Reverse(), 7));
        Assert.NotEqual(order, ChannelObjects.Shuffle(Uris, 8));
        Assert.NotEqual(order, ChannelObjects.Shuffle(Uris, 7, epoch: 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(13)]
    public void Shard_OverAllHosts_GivesEachObjectOnceAndEvenly(int hosts)
    {
        var shards = Enumerable.Range(0, hosts).Select(host => ChannelObjects.Shard(Uris, host, hosts)).ToList();
        Assert.Equal(Uris, shards.SelectMany(shard => shard));
        Assert.InRange(shards.Max(shard => shard.Count) - shards.Min(shard => shard.Count), 0, 1);
    }

    private static IReadOnlyList<string> Manifest(string json) => ChannelManifest.Parse(Encoding.UTF8.GetBytes(json), "s3://bucket/m.manifest");
}
