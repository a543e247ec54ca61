using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using KMeans.Client.Cluster;
using KMeans.Cluster.Tests.Support;
using KMeans.Deploy.Tests.Support;
using KMeans.Jobs;
using KMeans.Training;
using Npgsql;
using Xunit.Abstractions;

namespace KMeans.Cluster.Tests;

/// <summary>Three silo processes and a real PostgreSQL.</summary>
[Collection(PostgresTests.Name)]
public sealed class SiloProcessesTests(PostgresServer server, Rows rows, ITestOutputHelper output) : IClassFixture<Rows>, IAsyncLifetime
{
    private string connection = "";
    private SiloProcess[] silos = [];
    private IJobService jobs = null!;

    public async Task InitializeAsync()
    {
        if (!Prerequisite.Has(Prerequisite.Postgres) && !Prerequisite.IsRequired)
        {
            return;
        }

        await using var database = server.CreateDatabase();
        connection = database.ConnectionString.Replace("Pooling=False", "Pooling=True", StringComparison.OrdinalIgnoreCase);
        silos = await SiloProcess.StartAsync(connection, rows.Folder, 3);
        jobs = await ClusterConnection.ConnectAsync(connection, "kmeans", "kmeans", default);
    }

    public async Task DisposeAsync()
    {
        if (jobs is not null)
        {
            await jobs.DisposeAsync();
        }

        foreach (var silo in silos)
        {
            silo.Dispose();
        }
    }

    [PrerequisiteTheory(Prerequisite.Postgres)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Train_SiloIsKilledMidPass_GivesTheSame(bool ofCoordinator)
    {
        await SubmitAndReachPassAsync();
        var coordinators = silos.ToLookup(silo => silo.Output.Contains("Job job begins term", StringComparison.Ordinal));
        coordinators[ofCoordinator].First().Kill();

        AssertFinished(await EndAsync());
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public async Task Train_AllSilosAreKilledAndStartedAgain_GoesOnFromTheCheckpoint()
    {
        await SubmitAndReachPassAsync();
        foreach (var silo in silos)
        {
            silo.Dispose();
        }

        silos = await SiloProcess.StartAsync(connection, rows.Folder, 3);
        var end = await EndAsync();

        AssertFinished(end);
        Assert.True(end.Epoch > 1);
        Assert.Contains(end.Report!.Notes, note => note.StartsWith("went on from the checkpoint", StringComparison.Ordinal));
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public async Task Status_WhileEveryCoreComputes_IsAnsweredAndNobodyIsSuspected()
    {
        var before = await MembersAsync();
        await SubmitAndReachPassAsync();
        var times = new List<double>();
        while (times.Count < 500 && (await Timed(times)).State == JobState.Running)
        {
            // One after the other, as a user's tool would.
        }

        times.Sort();
        output.WriteLine($"{times.Count} calls: median {times[times.Count / 2]:0.0} ms, 99th percentile {times[times.Count * 99 / 100]:0.0} ms, longest {times[^1]:0.0} ms");
        Assert.InRange(times[times.Count * 99 / 100], 0, 1000);
        Assert.Contains("kmeans_blocks_total", await silos[0].GetAsync("/metrics"));
        AssertFinished(await EndAsync());

        // Every change of a member but its heartbeat, a suspicion too, raises the version.
        Assert.Equal((3, 0), (before.Active, before.Suspected));
        Assert.Equal(before, await MembersAsync());
        Assert.All(silos, silo => Assert.DoesNotContain("probe", silo.Output, StringComparison.OrdinalIgnoreCase));
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public async Task Silo_ReachedOnThisMachineAlone_ListensThereAlone()
    {
        // All of 127.0.0.0/8 is this machine: who listens on every address is reached by the second too.
        var other = IPAddress.Parse("127.0.0.2");
        foreach (var port in silos.SelectMany(silo => silo.Ports))
        {
            Assert.True(await IsReachedAsync(IPAddress.Loopback, port), $"nobody listens on {port}");
            Assert.False(await IsReachedAsync(other, port), $"{port} is reached by {other}");
        }
    }

    private static async Task<bool> IsReachedAsync(IPAddress address, int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address, port);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
    }

    /// <summary>The membership table: its version, silos that are active, and silos that somebody suspects.</summary>
    private async Task<(int Version, int Active, int Suspected)> MembersAsync()
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var command = database.CreateCommand(
            """
            SELECT c.version, count(*) FILTER (WHERE s.status = 3)::int, count(*) FILTER (WHERE s.suspicions <> '')::int
            FROM kmeans_cluster AS c JOIN kmeans_silo AS s USING (cluster_id) GROUP BY c.version
            """);
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        return (reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2));
    }

    private async Task<JobStatus> Timed(List<double> times)
    {
        var began = Stopwatch.GetTimestamp();
        var status = await jobs.StatusAsync("job", default);
        times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        return status;
    }

    private async Task SubmitAndReachPassAsync()
    {
        await jobs.SubmitAsync("job", rows.Request, default);
        await foreach (var status in jobs.WatchAsync("job", default))
        {
            Assert.Equal((JobState.Running, null), (status.State, status.Message));
            if (status.Progress is { Phase: TrainingPhase.Pass, Rows: > 300_000 })
            {
                return;
            }
        }
    }

    private async Task<JobStatus> EndAsync()
    {
        JobStatus? last = null;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await foreach (var status in jobs.WatchAsync("job", patience.Token))
        {
            last = status;
        }

        return last!;
    }

    private void AssertFinished(JobStatus end)
    {
        Assert.Equal((JobState.Finished, null), (end.State, end.Message));
        Assert.Equal(rows.Fingerprint, end.Report!.Fingerprint);
        Assert.Equal(1_000_000, end.Report.Ledger.Rows);
    }
}
