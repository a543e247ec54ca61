using System.Net;
using System.Net.Sockets;
using KMeans.Http.Container;
using KMeans.Http.Tests.Support;
using KMeans.Http.Workers;
using KMeans.SageMaker;

namespace KMeans.Http.Tests.Container;

public sealed class ContainerPeersTests : IDisposable
{
    private const string Token = "0123456789abcdef0123456789abcdef";

    private static readonly ContainerHosts Hosts = new("algo-2", ["algo-1", "algo-2"]);

    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Watch_OfACoordinatorThatDoesNotCome_EndsWithTheReason()
    {
        using var peers = Peers(FreePort(), Token);
        var said = await peers.WatchCoordinatorAsync(TimeSpan.Zero, TimeSpan.FromHours(1), CancellationToken.None);
        Assert.StartsWith("the coordinating host did not come for ", said, StringComparison.Ordinal);
        Assert.Contains("algo-1 (http://127.0.0.1:", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_OfACoordinatorThatGoes_EndsWithTheReason()
    {
        var port = FreePort();
        var host = await StartAsync(port, null);
        var clock = new ReadingTime();
        using var peers = Peers(port, Token, clock);
        var watching = peers.WatchCoordinatorAsync(TimeSpan.FromHours(1), TimeSpan.Zero, CancellationToken.None);

        // The clock is read when the watching begins, and when the coordinator was there.
        await clock.ReadTwice;
        await host.DisposeAsync();
        Assert.StartsWith("the coordinating host is gone for ", await watching, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_WithAnotherToken_SaysThatItIsWrong()
    {
        var port = FreePort();
        await using var host = await StartAsync(port, null);
        using var peers = Peers(port, "another0another0another0");
        Assert.Equal(["algo-1", "algo-2"], await peers.MissingAsync(TimeSpan.Zero, CancellationToken.None));
        Assert.Contains("a wrong one", peers.Describe("algo-1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Release_TellsTheOthersHowItEnded(bool done)
    {
        var told = new TaskCompletionSource<bool>();
        var port = FreePort();
        await using var host = await StartAsync(port, told.SetResult);
        using var peers = Peers(port, Token);
        await peers.ReleaseAsync(done);
        Assert.Equal(done, await told.Task);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The hosts as algo-2 sees them; algo-1 is at the port.</summary>
    private static ContainerPeers Peers(int port, string token, TimeProvider? clock = null) =>
        new(Hosts, new ContainerOptions { Addresses = new Dictionary<string, (string, int)> { ["algo-1"] = ("127.0.0.1", port), ["algo-2"] = ("127.0.0.1", FreePort()) } }, token, clock ?? TimeProvider.System);

    private Task<WorkerHost> StartAsync(int port, Action<bool>? released) =>
        WorkerHost.StartAsync(new WorkerOptions { Listen = [$"http://127.0.0.1:{port}"], DataRoots = [folder.Path], Token = Token, Threads = 1, Released = released }, _ => { });

    /// <summary>Tells when it was read for the second time.</summary>
    private sealed class ReadingTime : TimeProvider
    {
        private readonly TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int reads;

        public Task ReadTwice => told.Task;

        public override long GetTimestamp()
        {
            if (Interlocked.Increment(ref reads) == 2)
            {
                told.SetResult();
            }

            return base.GetTimestamp();
        }
    }
}
