using System.Text.Json.Nodes;
using KMeans.Http.Service.Jobs;
using KMeans.Http.Service.Store;
using KMeans.Http.Tests.Support;
using KMeans.Training;

namespace KMeans.Http.Tests.Service.Jobs;

public sealed class JobPatienceTests : IDisposable
{
    private readonly Folder folder = new();

    public JobPatienceTests() => folder.Write("data/rows.csv", string.Concat(Enumerable.Range(0, 300).Select(i => $"{i % 3 * 10},{i % 7}\n")));

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Describe_OfAShortJob_IsAnsweredWhenItEnds()
    {
        await using var service = await Support.Service.StartAsync(folder);
        await service.DoAsync("CreateTrainingJob", Support.Service.Training(folder, "short"));

        var job = await service.DoAsync("DescribeTrainingJob", new JsonObject { ["TrainingJobName"] = "short" });

        Assert.Equal("Completed", job["TrainingJobStatus"]!.GetValue<string>());
    }

    [Fact]
    public async Task Describe_WithoutPatience_IsAnsweredAtOnce()
    {
        await using var service = await Support.Service.StartAsync(folder, change: options => options with { LongPoll = TimeSpan.Zero });
        await service.DoAsync("CreateTrainingJob", Support.Service.Training(folder, "short"));

        var job = await service.DoAsync("DescribeTrainingJob", new JsonObject { ["TrainingJobName"] = "short" });

        Assert.Equal("InProgress", job["TrainingJobStatus"]!.GetValue<string>());
    }

    [Fact]
    public async Task Find_OfWhatAnotherProcessRunsForLong_IsAnsweredAtOnce()
    {
        var clock = new ManualClock(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await using var store = await RecordStore.OpenAsync(Database.Open(null, folder.Path), CancellationToken.None);
        await store.AddAsync(new StoredRecord
        {
            Kind = RecordKinds.TrainingJob,
            Name = "long",
            Status = JobStatuses.InProgress,
            Created = now - 30_000,
            Modified = now - 30_000,
            Owner = "another",
            Lease = now + 30_000,
            Document = new TrainingJobDocument { Request = [] }.Write(),
        });
        var patience = new JobPatience(store, new JobBoard(clock), TimeSpan.FromSeconds(30), 1, clock);

        // The clock stands, so that whoever waits does so for ever.
        var found = await patience.FindAsync(RecordKinds.TrainingJob, "long", CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("another", found!.Owner);
    }

    [Fact]
    public void Remaining_InThePass_FollowsItsRate()
    {
        var clock = new ManualClock(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        var track = new JobTrack(clock, [], () => { });
        track.Add(new TrainingProgress(TrainingPhase.Sampling, 0, 0, double.NaN, 0));
        Assert.Null(track.Remaining());
        clock.Advance(TimeSpan.FromSeconds(5));
        track.Add(new TrainingProgress(TrainingPhase.Pass, 0, 1000, double.NaN, 10));
        clock.Advance(TimeSpan.FromSeconds(10));
        track.Add(new TrainingProgress(TrainingPhase.Pass, 250, 1000, 1, 10));

        Assert.Equal(TimeSpan.FromSeconds(30), track.Remaining());
    }

    [Fact]
    public void History_OfALongJob_StaysBounded_AndKeepsItsBeginning()
    {
        var clock = new ManualClock(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        var track = new JobTrack(clock, [], () => { });
        for (var i = 0; i < 10_000; i++)
        {
            track.Add(new TrainingProgress(TrainingPhase.Pass, i, 10_000, 1, 10));
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(track.History.Count, 100, 301);
        Assert.Equal(0, track.History[0].Rows);
        Assert.InRange(track.History[^1].Rows, 9_800, 9_999);
    }
}
