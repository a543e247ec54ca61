namespace KMeans.Coordination;

/// <summary>Who can run blocks: instances that are there, that come and that go.</summary>
internal interface IFleet : IDisposable
{
    /// <summary>How many instances there are to be: for display and the report.</summary>
    int InstanceCount { get; }

    /// <summary>Threads of all of them.</summary>
    int ThreadCount { get; }

    /// <summary>Begins to tell of instances. Called once.</summary>
    /// <param name="joined">At once for each that is there, later for each that comes; from any thread.</param>
    /// <param name="left">For each that goes; the same object. From any thread.</param>
    void Watch(Action<IInstance> joined, Action<IInstance> left);
}

/// <summary>Instances in this process that share its threads: all there from the start, none leaves.</summary>
internal sealed class LocalFleet : IFleet
{
    private readonly LocalInstance[] instances;

    /// <summary>Starts them.</summary>
    /// <param name="instanceCount">1 or more.</param>
    /// <param name="threadCount">At least one an instance; shared out evenly.</param>
    public LocalFleet(int instanceCount, int threadCount)
    {
        ThreadCount = threadCount;
        instances = [.. Enumerable.Range(0, instanceCount).Select(i => new LocalInstance($"shard-{i}", ((i + 1) * threadCount / instanceCount) - (i * threadCount / instanceCount)))];
    }

    /// <inheritdoc/>
    public int InstanceCount => instances.Length;

    /// <inheritdoc/>
    public int ThreadCount { get; }

    /// <inheritdoc/>
    public void Watch(Action<IInstance> joined, Action<IInstance> left)
    {
        foreach (var instance in instances)
        {
            joined(instance);
        }
    }

    /// <summary>Ends their threads, each after the batch it is at.</summary>
    public void Dispose()
    {
        foreach (var instance in instances)
        {
            instance.Dispose();
        }
    }
}
