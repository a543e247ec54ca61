using System.Text;
using KMeans.Input;
using KMeans.Output;
using KMeans.SageMaker;
using KMeans.Storage;
using KMeans.Tests.Input;

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

    [Fact]
    public void Objects_OfAPrefixAndOfAManifest_AreThoseOfTheStore()
    {
        var store = new StubStore
        {
            ["data/b.pbr"] = "",
            ["data/a.pbr"] = "",
            ["data2/c.pbr"] = "",
            ["data/"] = "",
            ["data/.amazon.manifest"] = """[{"prefix":"s3://bucket/data/"},"b.pbr","a.pbr"]""",
        };
        Assert.Equal(["s3://bucket/data/a.pbr", "s3://bucket/data/b.pbr"], new ChannelSource("s3://bucket/data/", false, null).Objects(store));
        Assert.Equal(["s3://bucket/data/a.pbr", "s3://bucket/data/b.pbr", "s3://bucket/data2/c.pbr"], new ChannelSource("s3://bucket/data", false, null).Objects(store));
        Assert.Equal(["s3://bucket/data/b.pbr", "s3://bucket/data/a.pbr"], new ChannelSource("s3://bucket/data/.amazon.manifest", true, null).Objects(store));
        Assert.Equal(ChannelObjects.Shuffle(["s3://bucket/data/a.pbr", "s3://bucket/data/b.pbr"], 3, 1), new ChannelSource("s3://bucket/data/", false, 3).Objects(store, 1));
        Assert.Contains("no object's name begins so", Refused(new ChannelSource("s3://bucket/none", false, null), store), StringComparison.Ordinal);
        Assert.Contains("there is no such manifest", Refused(new ChannelSource("s3://bucket/none", true, null), store), StringComparison.Ordinal);
    }

    [Fact]
    public void IsManifestType_OfAnAugmentedManifest_IsRefused() =>
        Assert.Contains("S3DataType 'AugmentedManifestFile' is not one of", Assert.Throws<InputException>(() => ChannelSource.IsManifestType("train", "AugmentedManifestFile")).Message, StringComparison.Ordinal);

    private static string Refused(ChannelSource source, StubStore store) => Assert.Throws<InputException>(() => source.Objects(store)).Message;

    /// <summary>A store that is a map of keys.</summary>
    private sealed class StubStore : SortedDictionary<string, string>, IObjectStore
    {
        public StubStore()
            : base(StringComparer.Ordinal)
        {
        }

        public StoredObject? Find(ObjectPath path) => TryGetValue(path.Key, out var content) ? new StoredObject(path, content.Length, "1") : null;

        public IEnumerable<StoredObject> List(ObjectPath prefix) =>
            this.Where(entry => entry.Key.StartsWith(prefix.Key, StringComparison.Ordinal)).Select(entry => new StoredObject(prefix with { Key = entry.Key }, entry.Value.Length, "1"));

        public ByteSource Open(StoredObject item) => new MemoryByteSource(this[item.Path.Key], item.Path.ToString());

        public IStagedFile Create(ObjectPath path, bool overwrite) => throw new NotSupportedException();

        public void Delete(ObjectPath path) => throw new NotSupportedException();
    }

    private static IReadOnlyList<string> Manifest(string json) => ChannelManifest.Parse(Encoding.UTF8.GetBytes(json), "s3://bucket/m.manifest");
}
