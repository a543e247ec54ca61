using KMeans.Http.Service.Api;
using KMeans.Http.Service.Hosting;
using KMeans.Http.Service.Store;
using KMeans.Http.Tests.Support;
using KMeans.Http.Workers;

namespace KMeans.Http.Tests.Service.Hosting;

/// <summary>A process that hears from the store alone what another one deploys.</summary>
public sealed class EndpointHostTests : IAsyncLifetime, IDisposable
{
    private readonly Folder folder = new();
    private readonly ManualClock clock = new(DateTimeOffset.UnixEpoch);
    private RecordStore store = null!;
    private EndpointHost host = null!;

    public async Task InitializeAsync()
    {
        store = await RecordStore.OpenAsync(Database.Open(null, folder.Path), CancellationToken.None);
        Directory.CreateDirectory(folder["data"]);
        host = new EndpointHost(store, new ModelShelf(new DataRoots([folder["data"]], "service")), clock, _ => { });
    }

    public async Task DisposeAsync() => await store.DisposeAsync();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Deployment_ByAnotherProcess_IsFollowedAfterASecondWithoutAFailedCall()
    {
        await store.AddAsync(Record(Deployed("a", 0, 0, 3, 4)));
        Assert.Equal("a", await AnsweringAsync());
        await store.ChangeAsync(RecordKinds.Endpoint, "e", _ => Record(Deployed("b", 3, 4, 0, 0)));
        Assert.Equal("a", await AnsweringAsync());
        clock.Advance(TimeSpan.FromSeconds(2));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await AnsweringAsync() != "b")
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Deletion_ByAnotherProcess_IsFollowedAfterASecond()
    {
        await store.AddAsync(Record(Deployed("a", 0, 0, 3, 4)));
        Assert.Equal("a", await AnsweringAsync());
        await store.DeleteAsync(RecordKinds.Endpoint, "e", "arn");
        Assert.Equal("a", await AnsweringAsync());
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("ValidationError", (await Assert.ThrowsAsync<ApiException>(AnsweringAsync)).Code);
    }

    [Fact]
    public async Task Deployment_ThatIsNotWantedAnyMore_LeavesWhatAnswers()
    {
        await store.AddAsync(Record(Deployed("a", 0, 0, 3, 4)));
        Assert.Equal("a", await AnsweringAsync());
        await host.DeployAsync("e", Deployed("b", 3, 4, 0, 0), () => Task.FromResult(false));
        Assert.Equal("a", await AnsweringAsync());
    }

    [Fact]
    public async Task Deployment_ThatIsStored_AnswersFromThenOn()
    {
        await store.AddAsync(Record(Deployed("a", 0, 0, 3, 4)));
        Assert.Equal("a", await AnsweringAsync());
        var next = Deployed("b", 3, 4, 0, 0);
        var asked = Task.FromResult("");
        await host.DeployAsync("e", next, async () =>
        {
            // Whoever asks once it is stored waits for it.
            await store.ChangeAsync(RecordKinds.Endpoint, "e", _ => Record(next));
            asked = AnsweringAsync();
            return true;
        });
        Assert.Equal("b", await asked);
    }

    [Fact]
    public async Task Endpoint_WithoutALiveDeployment_IsNotReady()
    {
        await store.AddAsync(Record(null));
        Assert.Equal("ModelNotReadyException", (await Assert.ThrowsAsync<ApiException>(AnsweringAsync)).Code);
    }

    private Deployment Deployed(string name, params float[] centers) =>
        new(name, name[0], [new Variant(name, 1, 1, new ModelSource(name, 1, Support.Hosting.WriteArchive(folder, name, centers)["file://".Length..]))]);

    private static StoredRecord Record(Deployment? live) => new()
    {
        Kind = RecordKinds.Endpoint,
        Name = "e",
        Status = live is null ? EndpointStatuses.Creating : EndpointStatuses.InService,
        Created = 1,
        Modified = 1,
        Document = new EndpointDocument { Config = "c", Live = live }.Write(),
    };

    private async Task<string> AnsweringAsync()
    {
        var (model, variant) = await host.HoldAsync("e", null);
        model.Release();
        return variant;
    }
}
