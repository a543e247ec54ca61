using KMeans.Http.Service;

namespace KMeans.Http.Tests.Support;

/// <summary>In this process on a free loopback port, over a folder that is its only root and holds its state.</summary>
internal sealed partial class Service : IAsyncDisposable
{
    /// <summary>What its state folder is given with.</summary>
    public const string StateOption = "--state";

    private readonly ServiceHost host;
    private readonly bool signs;

    private Service(ServiceHost host, bool signs)
    {
        (this.host, this.signs) = (host, signs);
        Url = host.Addresses.Single();
    }

    public static async Task<Service> StartAsync(Folder folder, bool signs = false, Func<ServiceOptions, ServiceOptions>? change = null)
    {
        Directory.CreateDirectory(folder["data"]);
        var options = new ServiceOptions
        {
            Listen = ["http://127.0.0.1:0"],
            DataRoots = [folder["data"]],
            StateFolder = folder["state"],
            KeysPath = signs ? folder.Write("keys", $"# for tests\n{KeyId} {Secret}\n") : null,
            Threads = 1,
        };
        return new Service(await ServiceHost.StartAsync(change?.Invoke(options) ?? options, _ => { }), signs);
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private void SignIfNeeded(HttpRequestMessage request, byte[] body)
    {
        if (signs)
        {
            Signing.Sign(request, body, DateTimeOffset.UtcNow);
        }
    }
}
