using KMeans.Input.S3.Tests.Support;
using KMeans.Storage;

namespace KMeans.Input.S3.Tests.Reading;

/// <summary>What the network and the server do to reading, through a proxy that spoils exchanges.</summary>
[Collection(S3Tests.Name)]
public sealed class FaultTests(S3Server server)
{
    private static readonly byte[] Content = Bytes(300_001);

    [PrerequisiteTheory(Prerequisite.S3Server)]
    [InlineData("Throttle", 2)]
    [InlineData("Reset", 2)]
    [InlineData("Truncate", 5)]
    [InlineData("Trickle", 3)]
    public async Task Read_ThroughFaultsThatPass_GivesEveryByte(string fault, int count)
    {
        await using var proxy = await FaultyProxy.StartAsync(server.Endpoint, FaultyProxy.First(count, Enum.Parse<Fault>(fault), FaultyProxy.IsRead));
        using var store = new S3ObjectStore(S3Server.Settings(proxy.Endpoint) with { Retries = 4 });
        using var source = Open(store);

        Assert.Equal(Content, ReadAll(source));
    }

    [PrerequisiteFact(Prerequisite.S3Server)]
    public async Task Read_WhereAnAnswerBreaksOff_GoesOnFromThere()
    {
        await using var proxy = await FaultyProxy.StartAsync(server.Endpoint, FaultyProxy.First(1, Fault.Truncate, FaultyProxy.IsRead));
        using var store = server.Store(proxy.Endpoint);
        using var source = Open(store);
        source.Prefetch(0, 64 << 10);
        _ = source.Read(0, new byte[64 << 10]);

        var ranges = proxy.Requests.Select(request => request.Range).Where(range => range.Length > 0).ToArray();
        Assert.Equal("bytes=0-65535", ranges[0]);
        Assert.Equal("bytes=32768-65535", ranges[1]);
    }

    [PrerequisiteFact(Prerequisite.S3Server)]
    public async Task Read_WhereTheServerFallsSilent_AsksAgain()
    {
        await using var proxy = await FaultyProxy.StartAsync(server.Endpoint, FaultyProxy.First(1, Fault.Stall, FaultyProxy.IsRead));
        using var store = new S3ObjectStore(S3Server.Settings(proxy.Endpoint) with { Silence = TimeSpan.FromSeconds(1) });
        using var source = Open(store);

        Assert.Equal(Content, ReadAll(source));
    }

    [PrerequisiteFact(Prerequisite.S3Server)]
    public async Task Read_WhereTheServerNeverEndsAnAnswer_FailsAfterABoundedNumber()
    {
        await using var proxy = await FaultyProxy.StartAsync(server.Endpoint, request => FaultyProxy.IsRead(request) ? Fault.Truncate : Fault.None);
        using var store = new S3ObjectStore(S3Server.Settings(proxy.Endpoint) with { Resumes = 2 });
        using var source = Open(store);

        var error = Assert.Throws<IOException>(() => source.Read(0, new byte[100]));
        Assert.Contains("broke off its answer 3 times", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, proxy.Requests.Count(request => request.Range.Length > 0));
    }

    [PrerequisiteFact(Prerequisite.S3Server)]
    public async Task Read_WhereTheServerStaysThrottled_FailsInOneLine()
    {
        await using var proxy = await FaultyProxy.StartAsync(server.Endpoint, request => FaultyProxy.IsRead(request) ? Fault.Throttle : Fault.None);
        using var store = server.Store(proxy.Endpoint);
        using var source = Open(store);

        var error = Assert.Throws<IOException>(() => source.Read(0, new byte[100]));
        Assert.Contains("keeps answering 503 (SlowDown)", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, proxy.Requests.Count(request => request.Range.Length > 0));
    }

    [PrerequisiteFact(Prerequisite.S3Server)]
    public async Task Read_AfterAFailure_TriesAnew()
    {
        await using var proxy = await FaultyProxy.StartAsync(server.Endpoint, FaultyProxy.First(1, Fault.Truncate, FaultyProxy.IsRead));
        using var store = new S3ObjectStore(S3Server.Settings(proxy.Endpoint) with { Resumes = 0 });
        using var source = Open(store);

        Assert.Throws<IOException>(() => source.Read(0, new byte[100]));
        Assert.Equal(100, source.Read(0, new byte[100]));
    }

    [PrerequisiteTheory(Prerequisite.S3Server)]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_OfAnObjectThatChanged_IsRefused(bool isDeleted)
    {
        using var store = server.Store();
        var path = ObjectPath.Parse($"{S3Server.NewFolder()}/a.bin");
        S3Server.Put(store, path.ToString(), Content);
        using var source = store.Open(store.Find(path)!);
        Assert.Equal(100, source.Read(0, new byte[100]));
        if (isDeleted)
        {
            store.Delete(path);
        }
        else
        {
            // As long as before: only the version tells.
            S3Server.Put(store, path.ToString(), [.. Content.Reverse()]);
        }

        var error = Assert.Throws<InputException>(() => source.Read(200_000, new byte[100]));
        Assert.Contains("was changed or deleted while it was read", error.Message, StringComparison.Ordinal);
    }

    [PrerequisiteFact(Prerequisite.S3Server)]
    public async Task Read_FromAServerWithoutRanges_IsRefused()
    {
        await using var proxy = await FaultyProxy.StartAsync(server.Endpoint, request => FaultyProxy.IsRead(request) ? Fault.WholeObject : Fault.None);
        using var store = server.Store(proxy.Endpoint);
        using var source = Open(store);

        var error = Assert.Throws<InputException>(() => source.Read(200_000, new byte[100]));
        Assert.Contains("does not give parts of objects", error.Message, StringComparison.Ordinal);
    }

    private static ByteSource Open(S3ObjectStore store)
    {
        var path = $"{S3Server.NewFolder()}/a.bin";
        S3Server.Put(store, path, Content);
        return store.Open(store.Find(ObjectPath.Parse(path))!);
    }

    private static byte[] ReadAll(ByteSource source)
    {
        var bytes = new byte[source.Length];
        Assert.Equal(bytes.Length, source.Read(0, bytes));
        return bytes;
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(3).NextBytes(bytes);
        return bytes;
    }
}
