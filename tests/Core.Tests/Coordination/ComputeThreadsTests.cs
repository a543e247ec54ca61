using KMeans.Coordination;

namespace KMeans.Tests.Coordination;

public class ComputeThreadsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Run_ManyItems_RunsEachOnce()
    {
        using var threads = new ComputeThreads(3);
        var calls = new int[1000];
        for (var repeat = 1; repeat <= 5; repeat++)
        {
            threads.Run(calls.Length, (_, item) => Interlocked.Increment(ref calls[item]), CancellationToken.None);
            Assert.All(calls, count => Assert.Equal(repeat, count));
        }
    }

    [Fact]
    public void Run_WithOneWorker_GoesInOrder()
    {
        using var threads = new ComputeThreads(1, "alone");
        var items = new List<int>();
        var names = new HashSet<string?>();
        threads.Run(50, (worker, item) => { items.Add(item); names.Add(Thread.CurrentThread.Name); Assert.Equal(0, worker); }, CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 50), items);
        Assert.Equal(["alone 0"], names);
    }

    [Fact]
    public void Run_WithAsManyItemsAsWorkers_RunsThemAtTheSameTime()
    {
        using var threads = new ComputeThreads(4);
        using var barrier = new Barrier(4);
        var workers = new int[4];
        threads.Run(4, (worker, item) => { Assert.True(barrier.SignalAndWait(Patience)); workers[item] = worker; Assert.False(Thread.CurrentThread.IsThreadPoolThread); }, CancellationToken.None);
        Assert.Equal([0, 1, 2, 3], workers.Order());
    }

    [Fact]
    public void Run_WithNoItems_Returns()
    {
        using var threads = new ComputeThreads(2);
        threads.Run(0, (_, _) => Assert.Fail("There is nothing to run."), CancellationToken.None);
    }

    [Fact]
    public void Run_WhenSeveralItemsFail_ThrowsTheLowest()
    {
        using var threads = new ComputeThreads(3);
        using var barrier = new Barrier(3);
        var thrown = Assert.Throws<InvalidDataException>(() => threads.Run(3, (_, item) => { Assert.True(barrier.SignalAndWait(Patience)); Fail(item); }, CancellationToken.None));
        Assert.Equal("item 0", thrown.Message);
        Assert.Contains(nameof(Fail), thrown.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AfterAFailure_StartsNoFurtherItemAndCanRunAgain()
    {
        using var threads = new ComputeThreads(1);
        var started = 0;
        Assert.Throws<InvalidDataException>(() => threads.Run(100, (_, item) => { started++; if (item == 7) { Fail(item); } }, CancellationToken.None));
        Assert.Equal(8, started);
        threads.Run(1, (_, _) => started = 0, CancellationToken.None);
        Assert.Equal(0, started);
    }

    [Fact]
    public void Run_WhenCancelledByAnItem_StartsNoFurtherItem()
    {
        using var threads = new ComputeThreads(1);
        using var cancellation = new CancellationTokenSource();
        var started = 0;
        var thrown = Assert.Throws<OperationCanceledException>(() => threads.Run(100, (_, item) => { started++; if (item == 3) { cancellation.Cancel(); } }, cancellation.Token));
        Assert.Equal(cancellation.Token, thrown.CancellationToken);
        Assert.Equal(4, started);
    }

    [Fact]
    public void Run_WhenCancelledDuringTheLastItem_Returns()
    {
        using var threads = new ComputeThreads(2);
        using var cancellation = new CancellationTokenSource();
        threads.Run(1, (_, _) => cancellation.Cancel(), cancellation.Token);
        Assert.True(cancellation.IsCancellationRequested);
    }

    [Fact]
    public void Run_FromOneOfItsOwnThreads_IsRefused()
    {
        using var threads = new ComputeThreads(2);
        Assert.Throws<InvalidOperationException>(() => threads.Run(1, (_, _) => threads.Run(1, (_, _) => { }, CancellationToken.None), CancellationToken.None));
        Assert.Throws<InvalidOperationException>(() => threads.Run(1, (_, _) => threads.Dispose(), CancellationToken.None));
    }

    [Fact]
    public void Run_OfAnotherSetFromAnItem_Works()
    {
        using var outer = new ComputeThreads(2);
        using var inner = new ComputeThreads(2);
        var count = 0;
        outer.Run(4, (_, _) => inner.Run(5, (_, _) => Interlocked.Increment(ref count), CancellationToken.None), CancellationToken.None);
        Assert.Equal(20, count);
    }

    [Fact]
    public void Run_AfterDispose_Throws()
    {
        var threads = new ComputeThreads(2);
        threads.Dispose();
        threads.Dispose();
        Assert.Throws<ObjectDisposedException>(() => threads.Run(1, (_, _) => { }, CancellationToken.None));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1025)]
    public void Constructor_WorkerCountOutOfRange_Throws(int workerCount)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ComputeThreads(workerCount));
    }

    private static void Fail(int item) => throw new InvalidDataException($"item {item}");
}
