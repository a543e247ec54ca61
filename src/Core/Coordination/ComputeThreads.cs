namespace KMeans.Coordination;

/// <summary>temp</summary>
public sealed class ComputeThreads(int workerCount) : IDisposable
{
    /// <summary>temp</summary>
    public int WorkerCount { get; } = workerCount;

    /// <summary>temp</summary>
    public void Run(int itemCount, Action<int, int> body, CancellationToken cancellation)
    {
        for (var i = 0; i < itemCount; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            body(i % WorkerCount, i);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
