using KMeans.Curves;
using KMeans.Models;
using KMeans.Storage;
using KMeans.Tests.Support;

namespace KMeans.Tests.Models;

public class ModelFolderInStoreTests
{
    private static readonly string[] Files = ["state/centers.npy", "state/coreset.bin", "centers.npy", "model.tar.gz", "model.json"];

    [Fact]
    public void Save_IntoAStore_WritesTheBytesOfAFolderAndTheDocumentLast()
    {
        var (store, bucket) = MemoryStore.New();
        using var folder = new TemporaryFolder();
        var trained = SmallModels.Train();
        ModelFolder.Save(folder.File("model"), trained, overwrite: false);
        ModelFolder.Save($"{bucket}/m", trained, overwrite: false);

        Assert.Equal(Files.Select(name => $"+{bucket}/m/{name}"), store.Changes.Where(change => change.Contains(bucket, StringComparison.Ordinal)));
        foreach (var name in Files)
        {
            using var source = ObjectStores.Open($"{bucket}/m/{name}");
            var bytes = new byte[source.Length];
            source.ReadExactly(0, bytes, "all");
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder.File("model"), name)), bytes);
        }

        SmallModels.AssertEqual(trained.Model, ModelFolder.Load($"{bucket}/m/"));
    }

    [Fact]
    public void Save_OverAModel_TakesTheOldDocumentAwayFirst()
    {
        var (store, bucket) = MemoryStore.New();
        ModelFolder.Save($"{bucket}/m", SmallModels.Train(), overwrite: false);
        var before = store.Changes.Count(change => change.Contains(bucket, StringComparison.Ordinal));
        ModelFolder.Save($"{bucket}/m", SmallModels.Train(options => options with { Seed = 2 }), overwrite: true);

        var after = store.Changes.Where(change => change.Contains(bucket, StringComparison.Ordinal)).Skip(before);
        Assert.Equal([$"-{bucket}/m/model.json", .. Files.Select(name => $"+{bucket}/m/{name}")], after);
    }

    [Fact]
    public void Save_OverACurve_LeavesNothingOfIt()
    {
        var (_, bucket) = MemoryStore.New();
        var curve = Curve.Of(SmallModels.Train().Model, new CurveRange(1, 3));
        CurveFolder.Save($"{bucket}/m", curve, 2, allModels: true, overwrite: false);
        ModelFolder.Save($"{bucket}/m", SmallModels.Train(), overwrite: true);

        var folder = ObjectPath.Parse($"{bucket}/m").AsFolder;
        Assert.Equal(Files.Order(StringComparer.Ordinal), ObjectStores.Of(folder).List(folder).Select(item => item.Path.ToString()[$"{bucket}/m/".Length..]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("model.json")]
    [InlineData("centers.npy")]
    public void Save_ThatBreaksOff_LeavesWhatNobodyTakesForAModel(string broken)
    {
        var (store, bucket) = MemoryStore.New();
        ModelFolder.Save($"{bucket}/m", SmallModels.Train(), overwrite: false);
        store.Broken.Add($"{bucket}/m/{broken}");

        Assert.Throws<IOException>(() => ModelFolder.Save($"{bucket}/m", SmallModels.Train(), overwrite: true));
        Assert.Contains("no model.json", Assert.Throws<InputException>(() => ModelFolder.Load($"{bucket}/m")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CheckTarget_OfObjectsThatAreNoModel_RefusesThemEvenWithOverwrite()
    {
        var (store, bucket) = MemoryStore.New();
        store.Put($"{bucket}/m/a.txt");
        Assert.Contains("already exists", Assert.Throws<InputException>(() => ModelFolder.CheckTarget($"{bucket}/m", overwrite: false)).Message, StringComparison.Ordinal);
        Assert.Contains("is not a model folder", Assert.Throws<InputException>(() => ModelFolder.CheckTarget($"{bucket}/m", overwrite: true)).Message, StringComparison.Ordinal);
        Assert.Contains("a whole bucket", Assert.Throws<InputException>(() => ModelFolder.CheckTarget(bucket, overwrite: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_IntoAStore_WritesOnlyWhatCanBeLoaded()
    {
        var (store, bucket) = MemoryStore.New();
        using var folder = new TemporaryFolder();
        ModelFolder.Save(folder.File("model"), SmallModels.Train(), overwrite: false);
        var files = Files.Select(name => (name, (Func<Stream>)(() => File.OpenRead(Path.Combine(folder.File("model"), name))))).ToList();
        ModelFolder.Import($"{bucket}/m", overwrite: false, files);
        _ = ModelFolder.Load($"{bucket}/m");

        files[2] = ("centers.npy", () => new MemoryStream(new byte[100]));
        Assert.Throws<InputException>(() => ModelFolder.Import($"{bucket}/n", overwrite: false, files));
        Assert.DoesNotContain(store.Names(bucket), name => name.StartsWith("n/", StringComparison.Ordinal));
    }
}
