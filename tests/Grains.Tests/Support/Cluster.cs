using KMeans.Client.Cluster;
using KMeans.Coordination;
using KMeans.Jobs;
using KMeans.Training;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.TestingHost;

namespace KMeans.Grains.Tests.Support;

/// <summary>Silos in this process over shared rows and a shared storage, with short times of detection.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly InProcessTestCluster cluster;

    private Cluster(InProcessTestCluster cluster, GatedRows rows, SharedRows storage)
    {
        this.cluster = cluster;
        Rows = rows;
        Storage = storage;
    }

    public GatedRows Rows { get; }

    public SharedRows Storage { get; }

    public IGrainFactory Grains => cluster.Client;

    public IJobService Jobs => new ClusterJobs(cluster.Client, TimeProvider.System, () => Task.CompletedTask);

    public static JobRequest Request { get; } = new() { Paths = ["rows"], Options = new TrainingOptions { ClusterCount = 5, RowBudget = 0, MeasuresQuality = false } };

    /// <summary>What one process gives.</summary>
    public static string Fingerprint { get; } = Reference();

    public static async Task<Cluster> StartAsync(int silos = 3, Action<string, ISiloBuilder>? configure = null)
    {
        var rows = new GatedRows();
        var storage = new SharedRows();
        var builder = new InProcessTestClusterBuilder((short)silos);
        builder.ConfigureSilo((options, silo) =>
        {
            silo.Services.AddSingleton(TimeProvider.System);
            silo.Services.AddKeyedSingleton(StoredFiles.StorageName, (services, _) => storage.For(services.GetRequiredService<Serializer>()));
            silo.UseInMemoryReminderService();
            silo.Configure<ClusterMembershipOptions>(options =>
            {
                options.ProbeTimeout = TimeSpan.FromSeconds(1);
                options.NumMissedProbesLimit = 2;
                options.NumVotesForDeathDeclaration = 1;
            });
            silo.AddKMeans(rows, new HeldPassLimits(1, null, 1 << 30, "auto"));
            configure?.Invoke(options.SiloName, silo);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new Cluster(cluster, rows, storage);
    }

    public Serializer Serializer => ((InProcessSiloHandle)cluster.Silos[0]).ServiceProvider.GetRequiredService<Serializer>();

    public IReadOnlyList<InProcessSiloHandle> Silos => [.. cluster.Silos.Cast<InProcessSiloHandle>()];

    /// <summary>The silo that a grain is on, as management knows it.</summary>
    public async Task<InProcessSiloHandle> SiloOf(IAddressable grain)
    {
        var address = await Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(grain) ?? throw new InvalidOperationException($"{grain} is nowhere.");
        return cluster.Silos.First(silo => silo.SiloAddress.Equals(address));
    }

    public Task KillAsync(InProcessSiloHandle silo) => cluster.KillSiloAsync(silo);

    public Task StopAsync(InProcessSiloHandle silo) => cluster.StopSiloAsync(silo);

    public Task StartOneAsync() => cluster.StartAdditionalSiloAsync();

    /// <summary>Follows a job to its end.</summary>
    public async Task<JobStatus> EndOf(string job)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        JobStatus? last = null;
        await foreach (var status in Jobs.WatchAsync(job, patience.Token))
        {
            Assert.True(last is null || status.Version > last.Version, $"version {status.Version} came behind {last?.Version}");
            last = status;
        }

        return last!;
    }

    public async ValueTask DisposeAsync()
    {
        Rows.Open();
        await cluster.DisposeAsync();
        Rows.Dispose();
    }

    private static string Reference()
    {
        using var input = GatedRows.Reference();
        return Trainer.Train(input, Request.Options).Report.Fingerprint;
    }
}
