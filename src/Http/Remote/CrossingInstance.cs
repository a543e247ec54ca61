using KMeans.Coordination;

namespace KMeans.Http.Remote;

/// <summary>Runs in this process the few partitions that cross from one worker's files to another's, with rows that both send.</summary>
/// <param name="crossingBefore">Length partitions + 1.</param>
internal sealed class CrossingInstance(int[] crossingBefore) : IInstance, IDisposable
{
    private readonly LocalInstance inner = new("coordinator", 1);

    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public int Threads => inner.Threads;

    /// <inheritdoc/>
    public int CountHere(BlockRange block) => crossingBefore[block.End] - crossingBefore[block.First];

    /// <inheritdoc/>
    public Task<BlockResult> RunAsync(Pass pass, BlockRange block, long attempt, Action<int, double>? advanced, CancellationToken cancellation) => inner.RunAsync(pass, block, attempt, advanced, cancellation);

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();
}
