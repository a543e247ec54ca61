using KMeans.Client.Cluster;
using KMeans.Generation;
using KMeans.Input;
using KMeans.Jobs;
using KMeans.Silo.Tests.Support;
using KMeans.Training;

namespace KMeans.Silo.Tests;

/// <summary>A silo alone, everything in memory, and a client that connects as `kmeans submit --cluster localhost:PORT` does.</summary>
public sealed class DevelopmentTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("kmeans-silo-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Train_OnASiloAlone_GivesWhatOneProcessGives()
    {
        var rows = Path.Combine(folder, "rows");
        MixtureFiles.Write(new GaussianMixture(4, 5, 1.5, 3), 20_000, rows, 2, overwrite: false);
        var options = new TrainingOptions { ClusterCount = 5, RowBudget = 0, MeasuresQuality = false };
        using var input = InputSet.Create(InputFiles.Open([rows], new InputFormatOptions()), new ColumnChoice());

        var end = await Train("rows", options);

        Assert.Equal((JobState.Finished, null), (end.State, end.Message));
        Assert.Equal(Trainer.Train(input, options).Report.Fingerprint, end.Report!.Fingerprint);
    }

    [Fact]
    public async Task Train_PathIsOutsideTheRoots_FailsWithTheSettingToChange()
    {
        var end = await Train("/etc/hosts", new TrainingOptions { ClusterCount = 5 });

        Assert.Equal(JobState.Failed, end.State);
        Assert.Equal("/etc/hosts: is outside the silo's data roots; start the silo with a Silo:DataRoots that holds it.", end.Message);
    }

    private async Task<JobStatus> Train(string path, TrainingOptions options)
    {
        var ports = FreePorts.Take(3);
        await using var silo = await RunningSilo.StartAsync(ports, (nameof(SiloSettings.DataRoots), folder));
        await using var jobs = await ClusterConnection.ConnectAsync($"localhost:{ports[1]}", "kmeans", "kmeans", default);
        await jobs.SubmitAsync("job", new JobRequest { Paths = [path], Options = options }, default);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        JobStatus? end = null;
        await foreach (var status in jobs.WatchAsync("job", patience.Token))
        {
            end = status;
        }

        return end!;
    }
}
