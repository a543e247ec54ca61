using KMeans.Grains.Tests.Support;
using KMeans.Jobs;
using KMeans.Models;

namespace KMeans.Grains.Tests;

public sealed class JobTests
{
    [Fact]
    public async Task Submit_ThreeSilos_GivesWhatOneProcessGivesAndAModelToFetch()
    {
        await using var cluster = await Cluster.StartAsync();

        await cluster.Jobs.SubmitAsync("job", Cluster.Request, default);
        var end = await cluster.EndOf("job");

        AssertFinished(end);
        Assert.Equal("job", Assert.Single(await cluster.Jobs.ListAsync(default)).Id);
        Assert.DoesNotContain(cluster.Storage.Keys, key => key.Contains("checkpoint"));
        var folder = Directory.CreateTempSubdirectory("kmeans-test-");
        await cluster.Jobs.FetchAsync("job", Path.Combine(folder.FullName, "model"), overwrite: false, default);
        Assert.Equal(Cluster.Fingerprint, ModelFolder.Load(Path.Combine(folder.FullName, "model")).Fingerprint);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Submit_SameAgain_ChangesNothing_OtherUnderTheName_IsRefused()
    {
        await using var cluster = await Cluster.StartAsync(1);
        await cluster.Jobs.SubmitAsync("job", Cluster.Request, default);
        await cluster.EndOf("job");
        var opened = cluster.Rows.Opened;

        Assert.Equal(JobState.Finished, (await cluster.Jobs.SubmitAsync("job", Cluster.Request, default)).State);
        Assert.Equal(opened, cluster.Rows.Opened);
        var other = Cluster.Request with { Options = Cluster.Request.Options with { ClusterCount = 6 } };
        await Assert.ThrowsAsync<InputException>(() => cluster.Jobs.SubmitAsync("job", other, default));
    }

    [Fact]
    public async Task Submit_WrongData_FailsWithTheReason()
    {
        await using var cluster = await Cluster.StartAsync(1);
        var request = Cluster.Request with { Choice = new Input.ColumnChoice(Columns: ["nowhere"]) };

        await cluster.Jobs.SubmitAsync("job", request, default);
        var end = await cluster.EndOf("job");

        Assert.Equal((JobState.Failed, false), (end.State, end.IsMachineFault));
        Assert.Contains("nowhere", end.Message);
    }

    [Fact]
    public async Task Submit_FilesThatCannotBeRead_FailsAsAFaultOfTheMachines()
    {
        await using var cluster = await Cluster.StartAsync(1);
        cluster.Rows.Failure = new IOException("the disk is gone");

        await cluster.Jobs.SubmitAsync("job", Cluster.Request, default);
        var end = await cluster.EndOf("job");

        Assert.Equal((JobState.Failed, true, "the disk is gone"), (end.State, end.IsMachineFault, end.Message));
    }

    [Fact]
    public async Task Status_UnknownJob_IsRefusedAndStoresNothing()
    {
        await using var cluster = await Cluster.StartAsync(1);

        await Assert.ThrowsAsync<InputException>(() => cluster.Jobs.StatusAsync("nobody", default));
        Assert.Empty(cluster.Storage.Keys);
    }

    [Fact]
    public async Task Stop_MidPass_EndsTheJobAndLeavesNoCheckpoint()
    {
        await using var cluster = await Cluster.StartAsync();
        cluster.Rows.HoldAfter(3);
        await cluster.Jobs.SubmitAsync("job", Cluster.Request, default);
        await cluster.Rows.Reached;
        var stopping = cluster.Jobs.StopAsync("job", default);
        cluster.Rows.Open();

        Assert.Equal(JobState.Stopped, (await stopping).State);
        Assert.Equal(JobState.Stopped, (await cluster.EndOf("job")).State);
        Assert.DoesNotContain(cluster.Storage.Keys, key => key.Contains("checkpoint"));
    }

    [Fact]
    public async Task Train_ListCannotBeToldOfTheEnd_IsToldByTheReminder()
    {
        await using var cluster = await Cluster.StartAsync(1);
        await cluster.Jobs.SubmitAsync("job", Cluster.Request, default);
        cluster.Storage.Writing = name =>
        {
            if (name == "directory")
            {
                throw new IOException("the database is away");
            }
        };
        AssertFinished(await cluster.EndOf("job"));
        var reminded = cluster.Grains.GetGrain<ICoordinatorGrain>("job").AsReference<IRemindable>();
        await Assert.ThrowsAnyAsync<Exception>(() => reminded.ReceiveReminder("resume", default));
        Assert.Equal(JobState.Running, Assert.Single(await cluster.Jobs.ListAsync(default)).State);
        cluster.Storage.Writing = _ => { };

        await reminded.ReceiveReminder("resume", default);

        Assert.Equal(JobState.Finished, Assert.Single(await cluster.Jobs.ListAsync(default)).State);
        Assert.DoesNotContain(cluster.Storage.Keys, key => key.Contains("checkpoint"));
    }

    internal static void AssertFinished(JobStatus end)
    {
        Assert.Equal((JobState.Finished, null), (end.State, end.Message));
        var report = end.Report!;
        Assert.Equal(Cluster.Fingerprint, report.Fingerprint);
        Assert.Equal(GatedRows.Partitions, report.Ledger.Partitions);
        Assert.Equal(GatedRows.Partitions * (1L << 16), report.Ledger.Rows);
    }
}
