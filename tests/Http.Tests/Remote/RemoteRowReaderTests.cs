using KMeans.Coordination;
using KMeans.Http.Protocol;
using KMeans.Http.Remote;
using KMeans.Http.Tests.Support;
using KMeans.Input;
using Microsoft.AspNetCore.Http;

namespace KMeans.Http.Tests.Remote;

public sealed class RemoteRowReaderTests : IDisposable
{
    private const int FeatureCount = 3;
    private const int BatchRows = 10;

    private readonly Folder folder = new();
    private readonly InputRequest request;
    private readonly InputFile local;

    public RemoteRowReaderTests()
    {
        var path = folder.WriteNpy("a.npy", FeatureCount, 0, 100);
        request = new InputRequest([path], "auto", null, null);
        local = InputFiles.Open([path], new InputFormatOptions()).Single();
    }

    private ColumnSelection Selection => new([.. Enumerable.Range(0, local.Columns.Count)], -1);

    public void Dispose()
    {
        local.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Read_WhereAWorkerBreaksOffAmongTheRows_GoesOnWithTheNextOne()
    {
        var broken = 0;
        await using var fake = await FakeWorker.StartAsync(async (http, _) =>
        {
            broken++;
            await BreakOffAfterTwoBatches(http);
        });
        await using var worker = await Worker.StartAsync(folder.Path);

        var file = await Remote(worker, fake.Client(), worker.Client());
        Assert.Equal(Rows(local), Rows(file));
        Assert.Equal(1, broken);

        // What came twice counts once.
        var whole = await Remote(worker, worker.Client());
        Rows(whole);
        Assert.Equal(whole.Source.BytesRead, file.Source.BytesRead);
    }

    [Fact]
    public async Task Read_WhereTheLastWorkerBreaksOff_IsAFaultOfTheInstance()
    {
        await using var fake = await FakeWorker.StartAsync((http, _) => BreakOffAfterTwoBatches(http));
        await using var worker = await Worker.StartAsync(folder.Path);
        var file = await Remote(worker, fake.Client());

        Assert.True(Assert.Throws<InstanceFaultException>(() => Rows(file)).IsTransient);
    }

    private async Task BreakOffAfterTwoBatches(HttpContext http)
    {
        var batch = new RowBatch<float>(BatchRows, FeatureCount, weighted: false);
        using var reader = local.OpenRows(new FileRange(0, 100), Selection, ColumnTransform.Identity(FeatureCount));
        var frames = new FrameWriter(http.Response.Body);
        http.Response.ContentType = Routes.Binary;
        for (var i = 0; i < 2; i++)
        {
            batch.Count = 0;
            Assert.Equal(BatchRows, reader.Read(batch, BatchRows));
            RowsCodec.Write(frames, batch, 1);
        }

        await http.Response.Body.FlushAsync();
        http.Abort();
    }

    /// <summary>The file as the real worker lists it, on all of the given ones.</summary>
    private async Task<RemoteInputFile> Remote(Worker lister, params WorkerClient[] holders)
    {
        var listing = await lister.Client().ListAsync(request, CancellationToken.None);
        var file = listing.Files.Single();
        return new RemoteInputFile(file, listing.Schemas[file.Schema], 0, [.. holders.Select(client => new RemoteHolder(client, request, listing.Input))]);
    }

    private List<float> Rows(InputFile file)
    {
        var rows = new List<float>();
        var batch = new RowBatch<float>(BatchRows, FeatureCount, weighted: false);
        using var reader = file.OpenRows(new FileRange(0, 100), Selection, ColumnTransform.Identity(FeatureCount));
        while (true)
        {
            batch.Count = 0;
            if (reader.Read(batch, BatchRows) == 0)
            {
                return rows;
            }

            rows.AddRange(batch.Samples.AsSpan(0, batch.Count * FeatureCount));
        }
    }
}
