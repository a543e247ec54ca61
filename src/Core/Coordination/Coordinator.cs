using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>Keeps what is held of a pass where it survives this process.</summary>
internal interface IPassStore
{
    /// <summary>Keeps the blocks that are held; what was kept before and is not among them is not needed any more.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="held">The blocks, in order. Left as they are; they change after the call.</param>
    void Save(Pass pass, IReadOnlyList<KeyValuePair<BlockRange, BlockResult>> held);
}

/// <summary>Runs passes on whatever instances there are: carries out what a <see cref="PassMachine"/> decides, merges what comes back, keeps it.</summary>
/// <remarks>All decisions happen on the thread that calls <see cref="Run"/>, one event after the other; instances only post to the mailbox.</remarks>
internal sealed class Coordinator
{
    private readonly LeaseOptions options;
    private readonly TimeProvider clock;
    private readonly IMailbox mailbox;
    private readonly TrainingControl? control;
    private readonly List<IInstance> members = [];
    private readonly Dictionary<long, CancellationTokenSource> running = [];
    private long nextAttempt = 1;

    /// <summary>Creates one and begins to watch the fleet.</summary>
    /// <param name="fleet">Who runs blocks; not disposed.</param>
    /// <param name="options">How patient it is.</param>
    /// <param name="clock">The time.</param>
    /// <param name="mailbox">Where events come in.</param>
    /// <param name="control">Who may pause it, or null.</param>
    public Coordinator(IFleet fleet, LeaseOptions options, TimeProvider clock, IMailbox mailbox, TrainingControl? control)
    {
        this.options = options;
        this.clock = clock;
        this.mailbox = mailbox;
        this.control = control;
        control?.Attach(() => mailbox.Post(new CoordinatorEvent.Looked()));
        fleet.Watch(instance => mailbox.Post(new CoordinatorEvent.Joined(instance)), instance => mailbox.Post(new CoordinatorEvent.Left(instance)));
    }

    /// <summary>What went other than straight, over all passes.</summary>
    public PassCounts Counts { get; } = new();

    /// <summary>Runs a pass.</summary>
    /// <param name="pass">What is run.</param>
    /// <param name="finished">Blocks that are there already; taken over.</param>
    /// <param name="store">Where what is held is kept, or null.</param>
    /// <param name="advanced">Called with rows done and their weighted squared distances, from any thread, or null.</param>
    /// <param name="placement">Where it is noted who has what, for display; or null.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The merged result of all partitions, the same bits whoever ran what.</returns>
    /// <exception cref="InputException">The data is wrong; of several errors that of the lowest partition.</exception>
    /// <exception cref="InstanceFaultException">Instances kept failing.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public BlockResult Run(Pass pass, IReadOnlyList<BlockResult> finished, IPassStore? store, Action<int, double>? advanced, PlacementBoard? placement, CancellationToken cancellation)
    {
        var count = pass.Partitions.Count;
        var tree = new MergeTree<BlockResult>(count, (earlier, later) => earlier.Merge(later, pass.Context));
        var machine = new PassMachine(count, [.. finished.Select(block => block.Block)], nextAttempt, options, clock);
        foreach (var block in finished)
        {
            tree.Add(block.Block, block);
        }

        members.ForEach(machine.Join);
        using var registration = cancellation.Register(() => mailbox.Post(new CoordinatorEvent.Looked()));
        try
        {
            var isChanged = false;
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                SetPause(machine);
                machine.Advance(tree.HeldCount);
                Execute(machine, pass, advanced, placement);
                if (isChanged)
                {
                    // After new work was handed out, so that instances do not wait for the disk.
                    store?.Save(pass, tree.Held());
                    isChanged = false;
                }

                if (machine.IsComplete)
                {
                    return tree.Root!;
                }

                if (machine.Failure is { } failure)
                {
                    throw failure;
                }

                var wake = machine.NextWake();
                var happened = mailbox.Take(wake == TimeSpan.MaxValue ? wake : wake - machine.Elapsed());
                for (; happened is not null; happened = mailbox.Take(TimeSpan.Zero))
                {
                    isChanged |= Handle(machine, tree, pass, placement, happened);
                }
            }
        }
        finally
        {
            nextAttempt = machine.NextAttempt;
            Counts.Add(machine.Counts);
            foreach (var attempt in running.Values)
            {
                attempt.Cancel();
            }

            running.Clear();
        }
    }

    private void SetPause(PassMachine machine)
    {
        if (control?.IsPaused == true)
        {
            machine.Pause();
        }
        else
        {
            machine.Resume();
        }
    }

    private void Execute(PassMachine machine, Pass pass, Action<int, double>? advanced, PlacementBoard? placement)
    {
        while (machine.Commands.TryDequeue(out var command))
        {
            if (command is PassCommand.Start start)
            {
                // Not linked to the job's token, which outlives attempts by far: all that run are cancelled at the end.
                var source = new CancellationTokenSource();
                running.Add(start.Attempt, source);
                placement?.Give(start.Instance.Name, start.Instance.Threads, start.Block, start.Attempt);
                start.Instance.RunAsync(pass, start.Block, start.Attempt, advanced, source.Token).ContinueWith(
                    answer => mailbox.Post(new CoordinatorEvent.Answered(start.Attempt, start.Block, answer)),
                    CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
            else if (running.Remove(command.Attempt, out var source))
            {
                source.Cancel();
                placement?.End(command.Attempt);
            }
        }
    }

    /// <summary>Takes note of an event.</summary>
    /// <returns>Whether a block was taken.</returns>
    private bool Handle(PassMachine machine, MergeTree<BlockResult> tree, Pass pass, PlacementBoard? placement, CoordinatorEvent happened)
    {
        switch (happened)
        {
            case CoordinatorEvent.Joined(var instance):
                members.Add(instance);
                machine.Join(instance);
                return false;
            case CoordinatorEvent.Left(var instance):
                members.Remove(instance);
                machine.Leave(instance);
                return false;
            case CoordinatorEvent.Answered answered:
                running.Remove(answered.Attempt);
                var isTaken = TakeAnswer(machine, tree, pass, placement, answered);
                placement?.End(answered.Attempt);
                return isTaken;
            default:
                return false;
        }
    }

    private static bool TakeAnswer(PassMachine machine, MergeTree<BlockResult> tree, Pass pass, PlacementBoard? placement, CoordinatorEvent.Answered answered)
    {
        var (attempt, block, answer) = answered;
        if (!answer.IsCompletedSuccessfully)
        {
            machine.Fault(attempt, answer.Exception?.InnerException ?? new OperationCanceledException());
            return false;
        }

        var result = answer.Result;
        if (Ledger.Fault(result, block) is { } fault)
        {
            machine.Fault(attempt, new InstanceFaultException(fault, transient: false));
            return false;
        }

        var attempts = machine.Finish(attempt, block);
        if (attempts == 0)
        {
            return false;
        }

        for (var i = 0; i < result.Entries.Count; i++)
        {
            result.Entries[i] = result.Entries[i] with { Attempts = attempts };
        }

        placement?.Take(result.Entries);

        // Parts of the block that came before the whole did are in it again.
        foreach (var part in tree.RemoveWithin(block))
        {
            pass.Context.Pool.Return(part.Summary);
        }

        tree.Add(block, result);
        return true;
    }
}
