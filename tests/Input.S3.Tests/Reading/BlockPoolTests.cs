using KMeans.Input.S3.Reading;
using KMeans.Storage;

namespace KMeans.Input.S3.Tests.Reading;

/// <summary>The pool of blocks over a store that the test plays.</summary>
public sealed class BlockPoolTests
{
    private const int BlockBytes = 1024;

    private readonly List<(long Offset, int Length)> requests = [];
    private readonly TaskCompletionSource gate = new();

    private static S3Settings Settings => new() { BlockBytes = BlockBytes, RequestBytes = 8 * BlockBytes, MemoryBytes = 64 * BlockBytes, ReadAheadBytes = 16 * BlockBytes, Requests = 4 };

    [Fact]
    public void Prefetch_OfManySmallNeighbours_BecomesFewRequests()
    {
        using var pool = new BlockPool(Settings, PlayAsync);
        using var source = Source(pool, 100 * BlockBytes);
        for (var offset = 0; offset < 24 * BlockBytes; offset += 128)
        {
            source.Prefetch(offset, 128);
        }

        Read(source, 0, 24 * BlockBytes);

        Assert.Equal([(0, 8 * BlockBytes), (8 * BlockBytes, 8 * BlockBytes), (16 * BlockBytes, 8 * BlockBytes)], Ordered());
    }

    [Fact]
    public void Prefetch_OfPartsFarApart_ReadsLittleBetweenThem()
    {
        using var pool = new BlockPool(Settings, PlayAsync);
        using var source = Source(pool, 1000 * BlockBytes);
        source.Prefetch(10 * BlockBytes, 10);
        source.Prefetch(13 * BlockBytes, 10);
        source.Prefetch(500 * BlockBytes, 10);
        Read(source, 500 * BlockBytes, 10);
        Read(source, 13 * BlockBytes, 10);

        // Two blocks between two that are wanted come along, 486 do not.
        Assert.Equal([(10 * BlockBytes, 4 * BlockBytes), (500 * BlockBytes, BlockBytes)], Ordered());
    }

    [Fact]
    public void Read_OfMoreThanThePoolHolds_StaysWithinItsMemory()
    {
        using var pool = new BlockPool(Settings, PlayAsync);
        using var source = Source(pool, 1000 * BlockBytes);
        Read(source, 0, 1000 * BlockBytes);
        source.Prefetch(0, 1000 * BlockBytes);
        Read(source, 0, 1000 * BlockBytes);

        Assert.InRange(pool.Held, 1, 64);
    }

    [Fact]
    public void Read_FromTheBeginningOn_AsksAheadInGrowingSteps()
    {
        using var pool = new BlockPool(Settings, PlayAsync);
        using var source = Source(pool, 64 * BlockBytes);
        for (var offset = 0; offset < 64 * BlockBytes; offset += BlockBytes / 2)
        {
            Read(source, offset, BlockBytes / 2);
        }

        Assert.Equal(64 * BlockBytes, requests.Sum(request => request.Length));
        Assert.InRange(requests.Count, 8, 14);
    }

    [Fact]
    public void Forget_BeforeARequestIsSent_GivesItsRoomBack()
    {
        var pool = new BlockPool(Settings, PlayAsync);
        var source = Source(pool, 100 * BlockBytes);
        source.Prefetch(0, 4 * BlockBytes);
        Assert.Equal(4, pool.Held);
        source.Dispose();

        Assert.Equal(0, pool.Held);
        Assert.Empty(requests);
        pool.Dispose();
    }

    [Fact]
    public async Task Forget_WhileARequestIsOnItsWay_GivesItsRoomBackWhenItComes()
    {
        var arrived = new TaskCompletionSource();
        using var pool = new BlockPool(Settings, async (item, offset, buffers, filled, _) =>
        {
            await gate.Task;
            for (var i = 0; i < buffers.Count; i++)
            {
                filled(i);
            }

            arrived.SetResult();
        });
        var source = Source(pool, 8 * BlockBytes);
        source.Prefetch(0, 8 * BlockBytes);
        source.Prefetch(0, 1);
        source.Prefetch(0, 8 * BlockBytes);

        // A read of another object sends what waits.
        using var other = Source(pool, 1);
        var reading = Task.Run(() => other.Read(0, new byte[1]));
        source.Dispose();
        gate.SetResult();
        await arrived.Task;
        await reading;

        Assert.InRange(pool.Held, 0, 1);
    }

    [Fact]
    public void Read_WhereTheStoreFails_ThrowsWhatItSaidToEveryReader()
    {
        using var pool = new BlockPool(Settings, (_, _, _, _, _) => throw new InputException("s3://b/k: gone."));
        using var source = Source(pool, 100);

        Assert.Equal("s3://b/k: gone.", Assert.Throws<InputException>(() => source.Read(0, new byte[10])).Message);
        Assert.Throws<InputException>(() => source.Read(0, new byte[10]));
        Assert.Equal(0, pool.Held);
    }

    private static S3ByteSource Source(BlockPool pool, long length) => new(new StoredObject(new ObjectPath("s3", "b", "k"), length, "1"), pool);

    /// <summary>Byte i of an object is i modulo 251.</summary>
    private Task PlayAsync(StoredObject item, long offset, IReadOnlyList<Memory<byte>> buffers, Action<int> filled, CancellationToken cancellation)
    {
        lock (requests)
        {
            requests.Add((offset, buffers.Sum(buffer => buffer.Length)));
        }

        for (var i = 0; i < buffers.Count; i++)
        {
            var span = buffers[i].Span;
            for (var j = 0; j < span.Length; j++)
            {
                span[j] = (byte)(offset++ % 251);
            }

            filled(i);
        }

        return Task.CompletedTask;
    }

    private static void Read(S3ByteSource source, long offset, int count)
    {
        var bytes = new byte[count];
        Assert.Equal(count, source.Read(offset, bytes));
        for (var i = 0; i < count; i++)
        {
            Assert.True((byte)((offset + i) % 251) == bytes[i], $"byte {offset + i}");
        }
    }

    private (long Offset, int Length)[] Ordered()
    {
        lock (requests)
        {
            return [.. requests.Order()];
        }
    }
}
