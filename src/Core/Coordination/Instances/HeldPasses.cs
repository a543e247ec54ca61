using KMeans.Input;
using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>What an instance for coordinators elsewhere can do.</summary>
/// <param name="Threads">Threads that compute.</param>
/// <param name="MemoryLimitBytes">What computing may take of memory, or null.</param>
/// <param name="MostPassBytes">The largest pass that is taken.</param>
/// <param name="Backend">The backend's name.</param>
internal sealed record HeldPassLimits(int Threads, long? MemoryLimitBytes, long MostPassBytes, string Backend)
{
    /// <summary>Told of what changes the speed of a device, a line each.</summary>
    public Action<string> Log { get; init; } = static _ => { };
}

/// <summary>The passes that a worker process or a silo holds: a few, the least recently used of which goes when there are too many. Thread-safe.</summary>
/// <param name="open">Opens the files that paths mean here.</param>
/// <param name="limits">What this machine can do.</param>
internal sealed class HeldPasses(Func<IReadOnlyList<string>, InputFormatOptions, IReadOnlyList<NamedFile>> open, HeldPassLimits limits)
{
    /// <summary>Two jobs with a pass that runs and one that ended, and as many again.</summary>
    private const int MostPasses = 8;

    // As long as the process: passes come and go on it.
    private readonly BackendKernels kernels = Backends.Open(limits.Backend, limits.Threads, limits.Log);
    private readonly Lock gate = new();
    private readonly Dictionary<string, HeldPass> passes = new(StringComparer.Ordinal);
    private readonly LinkedList<string> recent = [];

    /// <summary>Takes a pass.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="body">The payload.</param>
    /// <exception cref="SummaryFormatException">It is damaged or too large.</exception>
    /// <exception cref="InputException">Its files cannot be opened here.</exception>
    /// <exception cref="InstanceFaultException">Its files are others than the coordinator's, memory does not suffice, or too many passes run.</exception>
    public void Add(string name, Stream body)
    {
        var spec = PassSpecCodec.Read(body, limits.MostPassBytes);
        if (TryTake(name) is { } known)
        {
            // It came before, and the answer was lost.
            known.EndUse();
            return;
        }

        var (input, isHere) = InputOpening.Open(spec.Input, open(spec.Input.Paths, spec.Input.Format));
        try
        {
            var context = spec.ToContext(input, kernels.Streaming, TileValues(input, spec.Broadcast.Count));
            Keep(name, new HeldPass(new Pass(spec.PassId, context, input.Partitions), input, isHere));
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>Begins to use a pass.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The pass, whose use must be ended, or null where it is not known.</returns>
    public HeldPass? TryTake(string name)
    {
        lock (gate)
        {
            if (!passes.TryGetValue(name, out var held) || !held.TryUse())
            {
                return null;
            }

            recent.Remove(name);
            recent.AddFirst(name);
            return held;
        }
    }

    /// <summary>Cancels what runs of a pass and forgets it.</summary>
    /// <param name="name">Its name; any.</param>
    public void Drop(string name)
    {
        lock (gate)
        {
            Forget(name);
        }
    }

    /// <summary>Forgets a pass that nobody uses.</summary>
    /// <param name="name">Its name; any.</param>
    public void DropUnused(string name)
    {
        lock (gate)
        {
            if (passes.TryGetValue(name, out var held) && !held.IsInUse)
            {
                Forget(name);
            }
        }
    }

    /// <summary>Cancels and forgets all.</summary>
    public void DropAll()
    {
        lock (gate)
        {
            foreach (var name in recent.ToArray())
            {
                Forget(name);
            }
        }
    }

    private void Keep(string name, HeldPass held)
    {
        lock (gate)
        {
            if (passes.ContainsKey(name))
            {
                // It came twice at once; blocks may run with the first already.
                held.Dispose();
                return;
            }

            if (passes.Count >= MostPasses && recent.Reverse().FirstOrDefault(other => !passes[other].IsInUse) is { } oldest)
            {
                Forget(oldest);
            }

            if (passes.Count >= MostPasses)
            {
                throw new InstanceFaultException($"{MostPasses} passes run there at once", transient: true);
            }

            passes.Add(name, held);
            recent.AddFirst(name);
        }
    }

    private void Forget(string name)
    {
        if (passes.Remove(name, out var held))
        {
            recent.Remove(name);
            held.Dispose();
        }
    }

    /// <summary>The tile that memory here allows: the coordinator's rows and samples are not held here, so that only threads count.</summary>
    private int TileValues(InputSet input, int centerCount)
    {
        var training = new TrainingOptions { ClusterCount = centerCount, RowBudget = 0, Threads = limits.Threads, MemoryLimitBytes = limits.MemoryLimitBytes };
        try
        {
            var plan = MemoryPlan.Make(input, training, centerCount, kernels.Device);
            return plan.Threads >= limits.Threads
                ? plan.TileValues
                : throw new InstanceFaultException($"--memory-limit allows {plan.Threads} threads for this pass where the instance has {limits.Threads}; raise the limit or lower its --threads", transient: false);
        }
        catch (InputException e)
        {
            throw new InstanceFaultException(e.Message, transient: false, e);
        }
    }
}
