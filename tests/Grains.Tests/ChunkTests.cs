using KMeans.Coordination;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace KMeans.Grains.Tests;

public sealed class ChunkTests
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    [Fact]
    public void Copy_WithinASilo_IsTheSameObject()
    {
        var chunk = Largest();

        Assert.Same(chunk, Services.GetRequiredService<DeepCopier>().Copy(chunk));
    }

    [Fact]
    public void Serialize_Largest_TakesItsBytesAndLittleMore()
    {
        var chunk = Largest();

        var bytes = Services.GetRequiredService<Serializer>().SerializeToArray(chunk);

        Assert.InRange(bytes.Length, Chunk.MostBytes, Chunk.MostBytes + 64);
        var back = Services.GetRequiredService<Serializer>().Deserialize<Chunk>(bytes)!;
        Assert.Equal((chunk.Index, chunk.Hash), (back.Index, back.Hash));
        Assert.True(chunk.Data.Span.SequenceEqual(back.Data.Span));
    }

    [Fact]
    public void Check_AnotherChunkOrATooLargeOne_IsAFaultThatMayPass()
    {
        Assert.Null(((Chunk?)null).Check(3));
        Assert.True(Assert.Throws<InstanceFaultException>(() => Largest().Check(4)).IsTransient);
        var large = new Chunk { Index = 3, Hash = 0, Data = new byte[Chunk.MostBytes + 1] };
        Assert.Throws<InstanceFaultException>(() => large.Check(3));
    }

    private static Chunk Largest()
    {
        var data = new byte[Chunk.MostBytes];
        new Random(1).NextBytes(data);
        return new Chunk { Index = 3, Hash = ContentHash.Of(data), Data = data };
    }
}
