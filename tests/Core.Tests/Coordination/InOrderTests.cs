using KMeans.Coordination;

namespace KMeans.Tests.Coordination;

public sealed class InOrderTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(4, 8)]
    public void Pieces_OfPartitionsSideBySide_ArriveInOrder(int threads, int mostQueued)
    {
        var written = new List<(int, int)>();
        var order = new InOrder<Piece>(piece => written.Add((piece.Partition, piece.Number)), () => new Piece(), mostQueued);
        using var pool = new ComputeThreads(threads);
        pool.Run(40, (_, p) =>
        {
            for (var i = 0; i < p % 5; i++)
            {
                var piece = order.Rent();
                (piece.Partition, piece.Number) = (p, i);
                Assert.True(order.Add(p, piece, CancellationToken.None));
            }

            order.Complete(p);
        }, CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 40).SelectMany(p => Enumerable.Range(0, p % 5).Select(i => (p, i))), written);
    }

    [Fact]
    public void Add_AfterAnEarlierPartitionFailed_SaysThatItIsInVain()
    {
        var order = new InOrder<Piece>(_ => { }, () => new Piece(), 1);
        order.Fail(3);
        Assert.True(order.Add(2, order.Rent(), CancellationToken.None));
        Assert.False(order.Add(4, order.Rent(), CancellationToken.None));
    }

    [Fact]
    public void Complete_AfterALaterPartitionFailed_StillGivesTheTurnToThoseBetween()
    {
        var written = new List<int>();
        var order = new InOrder<Piece>(piece => written.Add(piece.Partition), () => new Piece(), 0);
        order.Fail(2);
        order.Complete(0);
        Assert.True(order.Add(1, new Piece { Partition = 1 }, CancellationToken.None));
        Assert.Equal([1], written);
    }

    [Fact]
    public void Add_WhenItWouldWait_EndsWithTheCancellation()
    {
        using var source = new CancellationTokenSource();
        var order = new InOrder<Piece>(_ => { }, () => new Piece(), 0);
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => order.Add(1, new Piece(), source.Token));
    }

    private sealed class Piece
    {
        public int Partition { get; set; }

        public int Number { get; set; }
    }
}
