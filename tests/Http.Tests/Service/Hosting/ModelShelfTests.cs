using KMeans.Http.Service.Hosting;
using KMeans.Http.Tests.Support;
using KMeans.Http.Workers;
using KMeans.Inference;

namespace KMeans.Http.Tests.Service.Hosting;

public sealed class ModelShelfTests : IDisposable
{
    private readonly Folder folder = new();
    private readonly ModelSource source;
    private readonly ModelShelf shelf;

    public ModelShelfTests()
    {
        source = new ModelSource("m", 1, Support.Hosting.WriteArchive(folder, "m", 0, 0, 3, 4)["file://".Length..]);
        shelf = new ModelShelf(new DataRoots([folder["data"]], "service"));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Hold_OfOneModel_LoadsItOnce()
    {
        var models = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shelf.HoldAsync(source)));
        Assert.All(models, model => Assert.Same(models[0], model));
        Assert.NotSame(models[0], await shelf.HoldAsync(source with { Created = 2 }));
    }

    [Fact]
    public async Task Release_ByAllButOne_LeavesItUsable()
    {
        var first = await shelf.HoldAsync(source);
        var second = await shelf.HoldAsync(source);
        first.Release();
        using (var predictions = second.Model.Evaluate("3,4"u8, InferenceFormat.Csv))
        {
            Assert.Equal(1, predictions.Labels[0]);
        }

        Assert.Same(first, await shelf.HoldAsync(source));
    }

    [Fact]
    public async Task Release_ByAll_FreesItAndTheNextLoadsItAgain()
    {
        var first = await shelf.HoldAsync(source);
        var second = await shelf.HoldAsync(source);
        first.Release();
        second.Release();
        Assert.False(first.TryHold());
        Assert.NotSame(first, await shelf.HoldAsync(source));
    }

    [Fact]
    public async Task Hold_OfADamagedModel_FailsUntilItIsRepaired()
    {
        var archive = File.ReadAllBytes(source.Place);
        File.WriteAllBytes(source.Place, archive[..50]);
        await Assert.ThrowsAsync<InputException>(() => shelf.HoldAsync(source));
        File.WriteAllBytes(source.Place, archive);
        Assert.True((await shelf.HoldAsync(source)).TryHold());
    }

    [Fact]
    public async Task Hold_OfAModelOutsideTheRoots_IsRefused()
    {
        var outside = folder.Write("outside", "x");
        Assert.Contains("is outside the service's data roots", (await Assert.ThrowsAsync<InputException>(() => shelf.HoldAsync(source with { Place = outside, Created = 3 }))).Message, StringComparison.Ordinal);
    }
}
