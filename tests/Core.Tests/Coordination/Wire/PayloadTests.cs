using KMeans.Coordination;

namespace KMeans.Tests.Coordination.Wire;

public sealed class PayloadTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Payload.ChunkBytes)]
    [InlineData((2 * Payload.ChunkBytes) + 1)]
    [InlineData(10_000L * 784 * sizeof(double))]
    public void Pull_AnyLength_GivesTheBytesBack(long length)
    {
        var bytes = Bytes((int)length);
        var payload = Payload.Of(stream => Write(stream, bytes));

        Assert.Equal((length, Payload.ChunksOf(length)), (payload.Length, payload.ChunkCount));
        Assert.Equal(bytes, Read(payload, Task.FromResult));
    }

    [Fact]
    public void Pull_OneByteIsOther_IsRefused()
    {
        var payload = Payload.Of(stream => Write(stream, Bytes(3 * Payload.ChunkBytes)));

        var error = Assert.Throws<SummaryFormatException>(() => Read(payload, chunk =>
        {
            var damaged = chunk.Data.ToArray();
            damaged[^1] ^= 1;
            return Task.FromResult(chunk with { Data = damaged });
        }));

        Assert.Contains("the payload", error.Message);
    }

    [Fact]
    public void Pull_ChunkIsShort_IsRefused()
    {
        var payload = Payload.Of(stream => Write(stream, Bytes(3 * Payload.ChunkBytes)));

        Assert.Throws<SummaryFormatException>(() => Read(payload, chunk => Task.FromResult(new PayloadChunk(chunk.Data[1..], ContentHash.Of(chunk.Data.Span[1..])))));
    }

    [Fact]
    public void Pull_LongerThanAllowed_IsRefusedBeforeAnythingIsPulled() =>
        Assert.Throws<SummaryFormatException>(() => new PulledStream(1001, 1000, "the payload", _ => throw new InvalidOperationException("It was pulled.")));

    [Fact]
    public void Pull_NobodyReads_HasFewChunksUnderWay()
    {
        var pulled = 0;
        using var stream = new PulledStream(100L * Payload.ChunkBytes, long.MaxValue, "the payload", _ =>
        {
            pulled++;
            return new TaskCompletionSource<PayloadChunk>().Task;
        });

        Assert.InRange(pulled, 1, 8);
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(5).NextBytes(bytes);
        return bytes;
    }

    /// <summary>In pieces that do not fit the chunks.</summary>
    private static void Write(Stream stream, byte[] bytes)
    {
        foreach (var piece in bytes.Chunk(1_000_003))
        {
            stream.Write(piece);
        }
    }

    private static byte[] Read(Payload payload, Func<PayloadChunk, Task<PayloadChunk>> way)
    {
        using var stream = new PulledStream(payload.Length, payload.Length, "the payload", index => way(payload[index]));
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
