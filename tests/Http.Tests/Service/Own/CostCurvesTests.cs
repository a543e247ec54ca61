using System.Text.Json.Nodes;
using KMeans.Coordination;
using KMeans.Http.Service.Jobs;
using KMeans.Http.Service.Own;
using KMeans.Http.Service.Store;
using KMeans.Http.Tests.Support;
using KMeans.Training;

namespace KMeans.Http.Tests.Service.Own;

public class CostCurvesTests
{
    [Fact]
    public async Task Curve_OfAnInput_HasItsFinishedJobsThatAreScaledAlike()
    {
        using var folder = new Folder();
        await using var store = await OpenAsync(folder);
        await AddAsync(store, "k5", "rows", 5, 10.5);
        await AddAsync(store, "k2", "rows", 2, 30);
        await AddAsync(store, "k2-worse", "rows", 2, 31, seed: 7);
        await AddAsync(store, "elsewhere", "others", 3, 1);
        await AddAsync(store, "scaled", "rows", 4, 2, scaling: "Standard");
        await AddAsync(store, "running", "rows", 9, null);

        var curves = new CostCurves(store);
        var view = await curves.OfAsync((await store.FindAsync(RecordKinds.TrainingJob, "k5"))!);

        Assert.Null(view.Parent);
        Assert.Equal([new CurvePoint("k2", 2, 30), new CurvePoint("k2-worse", 2, 31), new CurvePoint("k5", 5, 10.5)], view.Points);
        Assert.Equal(view.Points, (await curves.OfAsync((await store.FindAsync(RecordKinds.TrainingJob, "running"))!)).Points);
    }

    [Fact]
    public async Task Curve_OfATuningJob_HasItsJobsAlone()
    {
        using var folder = new Folder();
        await using var store = await OpenAsync(folder);
        await AddAsync(store, "a", "rows", 2, 30, parent: "tuning");
        await AddAsync(store, "b", "rows", 3, 20, parent: "tuning");
        await AddAsync(store, "c", "rows", 4, 10);

        var view = await new CostCurves(store).OfAsync((await store.FindAsync(RecordKinds.TrainingJob, "a"))!);

        Assert.Equal("tuning", view.Parent);
        Assert.Equal([new CurvePoint("a", 2, 30), new CurvePoint("b", 3, 20)], view.Points);
    }

    [Fact]
    public async Task Curve_OfAJobThatNobodyLookedAtYet_IsEmpty()
    {
        using var folder = new Folder();
        await using var store = await OpenAsync(folder);
        await AddAsync(store, "new", null, 2, null);

        Assert.Empty((await new CostCurves(store).OfAsync((await store.FindAsync(RecordKinds.TrainingJob, "new"))!)).Points);
    }

    private static Task<RecordStore> OpenAsync(Folder folder)
    {
        Directory.CreateDirectory(folder["state"]);
        return RecordStore.OpenAsync(Database.Open(null, folder["state"]), CancellationToken.None);
    }

    private static Task<bool> AddAsync(RecordStore store, string name, string? input, int k, double? msd, string? parent = null, string scaling = "None", int seed = 1)
    {
        var request = new JsonObject
        {
            ["paths"] = new JsonArray(input),
            ["format"] = new JsonObject(),
            ["choice"] = new JsonObject(),
            ["options"] = new JsonObject { ["clusterCount"] = k, ["seed"] = seed, ["scaling"] = scaling },
        };
        var document = new TrainingJobDocument { Request = [], EngineRequest = input is null ? null : request.ToJsonString(), Report = msd is { } cost ? Report(k, cost) : null };
        return store.AddAsync(new StoredRecord
        {
            Kind = RecordKinds.TrainingJob,
            Name = name,
            Parent = parent,
            Status = msd is null ? JobStatuses.InProgress : JobStatuses.Completed,
            Created = 1,
            Modified = 1,
            Ended = msd is null ? null : 2,
            Document = document.Write(),
        });
    }

    private static TrainingReport Report(int k, double msd) => new()
    {
        Rows = 100,
        SkippedRows = 0,
        Features = 2,
        K = k,
        Seconds = new TrainingSeconds(1, 0, 0, 0, 1, 0),
        RowsPerSecond = 100,
        InputBytes = 1,
        PeakRssBytes = 1,
        RowsRead = 100,
        BytesRead = 1,
        Mode = "rows",
        Msd = msd,
        Ssd = msd * 100,
        MsdKind = "exact",
        MsdInterval = [msd, msd],
        MsdBound = msd,
        Fingerprint = "",
        Instances = 1,
        Threads = 1,
        Partitions = 1,
        Retries = 0,
        Ledger = new LedgerSummary(1, 100, 0, 1, "", 1, 1),
        Backend = "simd",
        Gflops = 1,
        RunningCenters = k,
        OpenedCenters = 0,
        DroppedCenters = 0,
        NearTies = 0,
        Notes = [],
    };
}
