using KMeans.Cluster.Tests.Support;

namespace KMeans.Http.Tests.Support;

/// <summary>The service on a development silo that is a process of its own, for the tests of clients.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private readonly SiloProcess silo;

    private ServiceProcess(SiloProcess silo) => this.silo = silo;

    public string Url => silo.Url;

    /// <summary>Starts one over a folder, with settings for the options of kmeans serve, and waits until it takes calls.</summary>
    public static async Task<ServiceProcess> StartAsync(Folder folder, IReadOnlyDictionary<string, string>? environment = null, params string[] more)
    {
        Directory.CreateDirectory(folder["data"]);
        var settings = new Dictionary<string, string> { ["DataRoots"] = folder["data"], ["ServiceFolder"] = folder["state"] };
        foreach (var (option, value) in more.Chunk(2).Select(pair => (pair[0], pair[1])))
        {
            switch (option)
            {
                case "--data-root":
                    settings["DataRoots"] += $";{value}";
                    break;
                case "--keys-file":
                    settings["ServiceKeysFile"] = value;
                    break;
                case "--token-file":
                    settings["ServiceTokenFile"] = value;
                    break;
                case "--backend":
                    settings["Backend"] = value;
                    break;
                default:
                    throw new ArgumentException($"{option}: a silo has no setting for it.");
            }
        }

        return new ServiceProcess(await SiloProcess.StartAsync(settings, environment));
    }

    public ValueTask DisposeAsync()
    {
        silo.Dispose();
        return ValueTask.CompletedTask;
    }
}
