using KMeans.Input;
using KMeans.Tests.Support;

namespace KMeans.Tests.Storage;

public class ObjectDiscoveryTests
{
    private static readonly string[] Names =
    [
        "rows/a.csv", "rows/b/c.csv", "rows/b/d.npy", "rows/_SUCCESS", "rows/.hidden/e.csv", "rows/b/", "rows/model/model.json", "rows/model/centers.npy", "rows/model/state/centers.npy",
        "rows2/f.csv", "top.csv", "odd[1].csv",
    ];

    [Theory]
    [InlineData("/rows", "a.csv b/c.csv b/d.npy")]
    [InlineData("/rows/", "a.csv b/c.csv b/d.npy")]
    [InlineData("/rows/a.csv", "a.csv")]
    [InlineData("/rows/*.csv", "a.csv")]
    [InlineData("/rows/**/*.csv", "a.csv b/c.csv")]
    [InlineData("/rows/*", "a.csv b/c.csv b/d.npy")]
    [InlineData("/row*/*.csv", "rows/a.csv rows2/f.csv")]
    [InlineData("/rows/[b]/?.npy", "d.npy")]
    [InlineData("/rows/model/*.npy", "centers.npy")]
    [InlineData("/rows/mod", "!")]
    [InlineData("/rows2/f", "f.csv")]
    [InlineData("/odd[1].csv", "odd[1].csv")]
    [InlineData("/nothing", "!")]
    [InlineData("/rows/*.parquet", "!")]
    public void Find_OfAPath_GivesTheObjectsThatItMeans(string path, string expected)
    {
        var (store, bucket) = MemoryStore.New();
        Array.ForEach(Names, name => store.Put($"{bucket}/{name}"));
        if (expected == "!")
        {
            Assert.Contains("no object has this name", Assert.Throws<InputException>(() => InputDiscovery.Find([bucket + path])).Message, StringComparison.Ordinal);
            return;
        }

        // A glob's relative names begin where its fixed part ends.
        Assert.Equal(expected, string.Join(' ', InputDiscovery.Find([bucket + path]).Select(file => path.Contains("[b]", StringComparison.Ordinal) ? file.RelativeName[2..] : file.RelativeName)));
    }

    [Fact]
    public void Find_OfTheWholeBucket_OrdersByRelativeName()
    {
        var (store, bucket) = MemoryStore.New();
        Array.ForEach(Names, name => store.Put($"{bucket}/{name}"));
        Assert.Equal(["odd[1].csv", "rows/a.csv", "rows/b/c.csv", "rows/b/d.npy", "rows2/f.csv", "top.csv"], InputDiscovery.Find([bucket]).Select(file => file.RelativeName));
    }

    [Fact]
    public void Find_WithAGuard_ShowsItEveryObject()
    {
        var (store, bucket) = MemoryStore.New();
        Array.ForEach(Names, name => store.Put($"{bucket}/{name}"));
        var seen = new List<string>();
        _ = InputDiscovery.Find([$"{bucket}/rows/b"], seen.Add);
        Assert.Equal([$"{bucket}/rows/b/c.csv", $"{bucket}/rows/b/d.npy"], seen);
    }

    [Fact]
    public void Find_OfAnObjectTwice_IsRefused()
    {
        var (store, bucket) = MemoryStore.New();
        store.Put($"{bucket}/a.csv");
        Assert.Contains("is named twice", Assert.Throws<InputException>(() => InputDiscovery.Find([$"{bucket}/a.csv", bucket])).Message, StringComparison.Ordinal);
    }
}
