using System.Buffers.Binary;
using KMeans.Coordination;
using KMeans.Http.Protocol;
using KMeans.Http.Remote;
using KMeans.Http.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace KMeans.Http.Tests.Remote;

/// <summary>What the coordinator's side does with answers that are wrong: a fault of the instance, an error of the data, never a wrong summary and never a wait without end.</summary>
public sealed class HttpInstanceTests : IDisposable
{
    private static readonly BlockRange Block = new(0, 1);

    private readonly Folder folder = new();
    private readonly InputSpec input;
    private readonly Pass pass;
    private readonly byte[] answer;

    public HttpInstanceTests()
    {
        var path = folder.WriteCsv("a.csv", 100);
        input = SmallPass.Input(path, "a.csv");
        pass = SmallPass.Make(path);
        using var instance = new LocalInstance("here", 1);
        var result = instance.RunAsync(pass, Block, 1, null, CancellationToken.None).GetAwaiter().GetResult();
        using var stream = new MemoryStream();
        using var frames = new FrameWriter(stream);
        frames.ProgressAsync(60, 1.5, CancellationToken.None).GetAwaiter().GetResult();
        frames.ProgressAsync(40, 2.5, CancellationToken.None).GetAwaiter().GetResult();
        SummaryCodec.Write(frames, result.Summary, pass.Context, pass.Id);
        LedgerCodec.Write(frames, result.Entries);
        frames.End();
        answer = stream.ToArray();
    }

    public void Dispose()
    {
        pass.Context.Input.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Run_OnARealWorker_GivesTheSummaryOfThisProcess()
    {
        await using var worker = await Worker.StartAsync(folder.Path);
        var rows = 0;
        var result = await Run(worker.Client(), (count, _) => Interlocked.Add(ref rows, count));
        using var instance = new LocalInstance("here", 1);
        var here = await instance.RunAsync(pass, Block, 1, null, CancellationToken.None);
        Assert.Equal(Bytes(here), Bytes(result));
        Assert.Equal(here.Entries[0] with { Instance = worker.Url, Seconds = 0, ReadSeconds = 0 }, result.Entries[0] with { Seconds = 0, ReadSeconds = 0 });
    }

    [Fact]
    public async Task Run_OfAnAnswerAsItShouldBe_TellsOfProgressAndGivesIt()
    {
        var (rows, cost) = (0, 0.0);
        var result = await Answered(answer, (count, squaredDistances) => (rows, cost) = (rows + count, cost + squaredDistances));
        Assert.Equal(100, result.Summary.RowCount);
        Assert.Equal((100, 4.0), (rows, cost));
    }

    [Fact]
    public async Task Run_OfAnAnswerWithAnyByteChanged_IsATransientFault()
    {
        // Progress is for display and unchecked: its frames' headers count, its numbers do not.
        const int progressEnd = 2 * (FrameWriter.HeaderBytes + FrameWriter.ProgressBytes);
        await using var worker = await FakeWorker.StartAsync((http, _) =>
        {
            var bytes = (byte[])answer.Clone();
            bytes[int.Parse(http.Request.Query["attempt"]!, System.Globalization.CultureInfo.InvariantCulture)] ^= 0x10;
            http.Response.Body.Write(bytes);
            return Task.CompletedTask;
        });
        using var client = worker.Client();
        var instance = Instance(client);
        for (var i = progressEnd; i < answer.Length; i += 7)
        {
            var fault = await Assert.ThrowsAsync<InstanceFaultException>(() => instance.RunAsync(pass, Block, i, null, CancellationToken.None));
            Assert.True(fault.IsTransient, $"byte {i}: {fault.Message}");
        }
    }

    [Fact]
    public async Task Run_OfAnAnswerThatIsCutOff_IsATransientFault()
    {
        for (var length = 0; length < answer.Length; length += 97)
        {
            Assert.Contains("cut off", (await Faulty(answer[..length])).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Run_OfAnAnswerThatGoesOn_IsAFault() =>
        Assert.Contains("goes on behind its payload", (await Faulty([.. answer[..^FrameWriter.HeaderBytes], (byte)FrameType.Data, 1, 0, 0, 0, 7])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData((byte)FrameType.Data, int.MaxValue)]
    [InlineData((byte)FrameType.Data, -1)]
    [InlineData((byte)FrameType.Problem, 1 << 30)]
    [InlineData((byte)FrameType.Progress, 3)]
    [InlineData((byte)9, 4)]
    public async Task Run_OfAFrameThatCannotBe_IsAFaultAndTakesNoMemory(byte type, int length)
    {
        var header = new byte[FrameWriter.HeaderBytes];
        header[0] = type;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(1), length);
        Assert.Contains("the answer has a frame of", (await Faulty(header)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OfAnErrorOfTheData_IsAnInputException()
    {
        using var stream = new MemoryStream();
        using var frames = new FrameWriter(stream);
        frames.Fail(new Problem(ProblemTypes.Input, "Wrong input", 422, "a.csv: line 3, column 'x': the value is missing.", false));
        var error = await Assert.ThrowsAsync<InputException>(() => Answered(stream.ToArray()));
        Assert.Equal("a.csv: line 3, column 'x': the value is missing.", error.Message);
    }

    [Theory]
    [InlineData(200, "text/html", "<html>hello</html>", true)]
    [InlineData(302, "text/html", "", false)]
    [InlineData(500, "text/html", "oops", true)]
    [InlineData(503, "application/problem+json", """{"type":"urn:kmeans:stopping","title":"","status":503,"detail":"The worker is stopping.","transient":true}""", true)]
    [InlineData(409, "application/problem+json", """{"type":"urn:kmeans:fault","title":"","status":409,"detail":"other files","transient":false}""", false)]
    [InlineData(401, "application/problem+json", """{"type":"urn:kmeans:unauthorized","title":"","status":401,"detail":"token","transient":false}""", false)]
    [InlineData(400, "application/problem+json", "{", false)]
    public async Task Run_OfAnotherAnswer_IsAFaultAndTellsWhetherItMayPass(int status, string type, string body, bool transient)
    {
        await using var worker = await FakeWorker.StartAsync((http, _) =>
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = type;
            return http.Response.WriteAsync(body);
        });
        var fault = await Assert.ThrowsAsync<InstanceFaultException>(() => Run(worker.Client()));
        Assert.Equal(transient, fault.IsTransient);
    }

    [Fact]
    public async Task Run_OnAWorkerThatSaysNothing_IsATransientFault()
    {
        await using var worker = await FakeWorker.StartAsync(async (http, _) =>
        {
            await http.Response.Body.WriteAsync(answer.AsMemory(0, 2 * (FrameWriter.HeaderBytes + FrameWriter.ProgressBytes)));
            await http.Response.Body.FlushAsync();
            await Aborted(http);
        });
        var fault = await Assert.ThrowsAsync<InstanceFaultException>(() => Run(worker.Client(TimeSpan.FromMilliseconds(300))));
        Assert.True(fault.IsTransient);
        Assert.Contains("said nothing", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenItIsCancelled_EndsAndTellsTheWorker()
    {
        using var cancellation = new CancellationTokenSource();
        var told = new TaskCompletionSource();
        await using var worker = await FakeWorker.StartAsync(async (http, _) =>
        {
            await cancellation.CancelAsync();
            await Aborted(http);
            told.SetResult();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Instance(worker.Client()).RunAsync(pass, Block, 1, null, cancellation.Token));
        await told.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Run_OnAWorkerThatLostThePass_UploadsItAgain()
    {
        await using var worker = await FakeWorker.StartAsync((http, fake) =>
        {
            if (fake.Uploads == 2)
            {
                http.Response.Body.Write(answer);
                return Task.CompletedTask;
            }

            http.Response.StatusCode = StatusCodes.Status404NotFound;
            http.Response.ContentType = "application/problem+json";
            return http.Response.WriteAsync("""{"type":"urn:kmeans:unknown-pass","title":"","status":404,"detail":"upload it","transient":false}""");
        });
        var instance = Instance(worker.Client());
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => instance.RunAsync(pass, Block, i, null, CancellationToken.None)));
        Assert.Equal(2, worker.Uploads);
    }

    [Fact]
    public async Task Run_WhereTheWorkerHasAnotherFile_IsAFaultThatDoesNotPass()
    {
        await using var worker = await Worker.StartAsync(folder.Path);
        folder.WriteCsv("a.csv", 99);
        var fault = await Assert.ThrowsAsync<InstanceFaultException>(() => Run(worker.Client()));
        Assert.False(fault.IsTransient);
        Assert.Contains("file 'a.csv' differs", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OnNothing_IsATransientFault()
    {
        var worker = await FakeWorker.StartAsync((_, _) => Task.CompletedTask);
        var client = worker.Client();
        await worker.DisposeAsync();
        var fault = await Assert.ThrowsAsync<InstanceFaultException>(() => Run(client));
        Assert.True(fault.IsTransient);
        Assert.Contains("not reachable", fault.Message, StringComparison.Ordinal);
    }

    private static async Task Aborted(HttpContext http)
    {
        var aborted = new TaskCompletionSource();
        await using (http.RequestAborted.Register(aborted.SetResult))
        {
            await aborted.Task;
        }
    }

    private byte[] Bytes(BlockResult result)
    {
        using var stream = new MemoryStream();
        SummaryCodec.Write(stream, result.Summary, pass.Context, pass.Id);
        return stream.ToArray();
    }

    private HttpInstance Instance(WorkerClient client) =>
        new(client, new WorkerInfo("1", Routes.ProtocolVersion, 1, "x"), input, null, (_, _) => { });

    private async Task<BlockResult> Run(WorkerClient client, Action<int, double>? advanced = null)
    {
        using (client)
        {
            return await Instance(client).RunAsync(pass, Block, 1, advanced, CancellationToken.None);
        }
    }

    private async Task<BlockResult> Answered(byte[] bytes, Action<int, double>? advanced = null)
    {
        await using var worker = await FakeWorker.StartAsync((http, _) =>
        {
            http.Response.Body.Write(bytes);
            return Task.CompletedTask;
        });
        return await Run(worker.Client(), advanced);
    }

    private async Task<InstanceFaultException> Faulty(byte[] bytes)
    {
        var fault = await Assert.ThrowsAsync<InstanceFaultException>(() => Answered(bytes));
        Assert.True(fault.IsTransient);
        return fault;
    }
}
