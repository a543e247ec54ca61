using KMeans.Coordination;
using KMeans.Http.Protocol;
using KMeans.Input;
using KMeans.Kernels;
using KMeans.Training;

namespace KMeans.Http.Workers;

/// <summary>The passes that a worker holds: a few, the least recently used of which goes when there are too many. Thread-safe.</summary>
/// <param name="roots">Where files may be.</param>
/// <param name="options">The worker's.</param>
internal sealed class PassStore(DataRoots roots, WorkerOptions options)
{
    /// <summary>Two jobs with a pass that runs and one that ended, and as many again.</summary>
    private const int MostPasses = 8;

    private readonly IAssignmentKernel kernel = Backends.Kernel(options.Backend);
    private readonly Lock gate = new();
    private readonly Dictionary<string, HeldPass> passes = new(StringComparer.Ordinal);
    private readonly LinkedList<string> recent = [];

    /// <summary>Takes an uploaded pass.</summary>
    /// <param name="name">Its name in URLs.</param>
    /// <param name="body">The payload.</param>
    /// <exception cref="SummaryFormatException">It is damaged or too large.</exception>
    /// <exception cref="InputException">Its files cannot be opened here.</exception>
    /// <exception cref="InstanceFaultException">Its files are others than the coordinator's, or memory does not suffice.</exception>
    /// <exception cref="ProblemException">Too many passes run.</exception>
    public void Add(string name, Stream body)
    {
        var spec = PassSpecCodec.Read(body, options.MostPassBytes);
        if (TryTake(name) is { } known)
        {
            // The answer to an earlier upload was lost.
            known.EndUse();
            return;
        }

        var (input, isHere) = InputOpening.Open(spec.Input, roots.Open(spec.Input.Paths, spec.Input.Format));
        try
        {
            var context = spec.ToContext(input, kernel, TileValues(input, spec.Broadcast.Count));
            Keep(name, new HeldPass(new Pass(spec.PassId, context, input.Partitions), input, isHere));
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>Begins to use a pass.</summary>
    /// <param name="name">Its name in URLs.</param>
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
    /// <param name="name">Its name in URLs; any.</param>
    public void Drop(string name)
    {
        lock (gate)
        {
            Forget(name);
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
            if (passes.Count >= MostPasses && recent.Reverse().FirstOrDefault(other => !passes[other].IsInUse) is { } oldest)
            {
                Forget(oldest);
            }

            if (passes.Count >= MostPasses)
            {
                throw Refusal.Busy($"{MostPasses} passes run here at once; try again when one has ended.");
            }

            Forget(name);
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
        var training = new TrainingOptions { ClusterCount = centerCount, RowBudget = 0, Threads = options.Threads, MemoryLimitBytes = options.MemoryLimitBytes };
        try
        {
            var plan = MemoryPlan.Make(input, training, centerCount);
            return plan.Threads >= options.Threads
                ? plan.TileValues
                : throw new InstanceFaultException($"--memory-limit allows {plan.Threads} threads for this pass where the worker has {options.Threads}; raise the limit or lower the worker's --threads", transient: false);
        }
        catch (InputException e)
        {
            throw new InstanceFaultException(e.Message, transient: false, e);
        }
    }
}
