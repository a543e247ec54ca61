namespace KMeans.Coordination;

/// <summary>A job's state on the disk: what it started from, the running centers of the pass, and the blocks that are finished.</summary>
/// <remarks>
/// Written after every block that is taken, incrementally: a new node of the tree is one new file, then a new manifest names it, then files that no manifest names are deleted.
/// A write that fails costs nothing but the time to do its work again after a crash: it is told once and tried again later, at a growing distance.
/// </remarks>
internal sealed class Checkpoint : IPassStore, IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly ICheckpointFolder folder;
    private readonly JobIdentity job;
    private readonly int partitionCount;
    private readonly TimeProvider clock;
    private readonly HashSet<string> written = new(StringComparer.Ordinal);
    private readonly Action<string> warn;
    private BlockRange[] found = [];
    private TimeSpan pause;
    private long failedAt;
    private bool hasWarned;

    private Checkpoint(ICheckpointFolder folder, JobIdentity job, int partitionCount, TimeProvider clock, Action<string> warn)
    {
        this.folder = folder;
        this.job = job;
        this.partitionCount = partitionCount;
        this.clock = clock;
        this.warn = warn;
    }

    /// <summary>What the job started from, or null where that is not known yet.</summary>
    public JobStart? Start { get; private set; }

    /// <summary>The pass that the job is at, or null before the first.</summary>
    public EpochState? Epoch { get; private set; }

    /// <summary>Where it is.</summary>
    public string Path => folder.Path;

    /// <summary>Partitions that the checkpoint was opened with: they are not run again.</summary>
    public int FoundPartitions => found.Sum(block => block.Count);

    /// <summary>Opens a checkpoint, or an empty folder for one.</summary>
    /// <param name="folder">Taken over.</param>
    /// <param name="job">Whose it must be.</param>
    /// <param name="partitionCount">Partitions of the input.</param>
    /// <param name="featureCount">d.</param>
    /// <param name="clock">The time.</param>
    /// <param name="warn">Called once with a sentence where writing fails.</param>
    /// <returns>The checkpoint.</returns>
    /// <exception cref="InputException">It is damaged, or another job's.</exception>
    public static Checkpoint Open(ICheckpointFolder folder, JobIdentity job, int partitionCount, int featureCount, TimeProvider clock, Action<string> warn)
    {
        var checkpoint = new Checkpoint(folder, job, partitionCount, clock, warn);
        var names = folder.Names();
        if (!names.Contains(Manifest.Name))
        {
            if (names.FirstOrDefault(name => !Manifest.IsOurs(name)) is { } foreign)
            {
                throw new InputException($"--checkpoint {folder.Path}: the folder holds {foreign}, which is no checkpoint; name an empty or new folder.");
            }

            // A job that stopped before its first manifest left nothing of use.
            DeleteAllBut(folder, []);
            return checkpoint;
        }

        var manifest = checkpoint.Read(Manifest.Name, Manifest.Read);
        checkpoint.CheckIdentity(manifest);
        checkpoint.Start = checkpoint.Read(Manifest.StartName, stream => StateCodec.ReadStart(stream, featureCount));
        if (manifest.Epoch >= 0)
        {
            checkpoint.Epoch = checkpoint.Read(Manifest.EpochName(manifest.Epoch), stream => StateCodec.ReadEpoch(stream, featureCount));
            checkpoint.found = [.. manifest.Blocks];
        }

        checkpoint.written.UnionWith(manifest.Files());
        DeleteAllBut(folder, [.. manifest.Files(), Manifest.Name]);
        return checkpoint;
    }

    /// <summary>Reads the finished blocks of the pass that the job is at. Called once, before the pass.</summary>
    /// <param name="pass">The pass.</param>
    /// <returns>In order; empty for a later pass.</returns>
    /// <exception cref="InputException">A file is damaged.</exception>
    public IReadOnlyList<BlockResult> Blocks(Pass pass)
    {
        var blocks = pass.Context.Epoch == Epoch?.Epoch ? found : [];
        return [.. blocks.Select(block => Read(Manifest.BlockName(pass.Context.Epoch, block), stream =>
        {
            var summary = SummaryCodec.Read(stream, pass.Context, pass.Id, block);
            var result = new BlockResult(summary, StateCodec.ReadEntries(stream, block.Count));
            return Ledger.Fault(result, block) is { } fault ? throw new SummaryFormatException($"it {fault}.") : result;
        }))];
    }

    /// <summary>Keeps what the job starts from.</summary>
    /// <param name="start">The start.</param>
    public void Begin(JobStart start)
    {
        Start = start;
        Try(() => Flush(-1, []));
    }

    /// <summary>Keeps where the job is before a pass. What is kept of the pass before stays until then.</summary>
    /// <param name="state">The state.</param>
    public void Begin(EpochState state)
    {
        Epoch = state;
        found = [];
        Try(() => Flush(state.Epoch, []));
    }

    /// <inheritdoc/>
    public void Save(Pass pass, IReadOnlyList<KeyValuePair<BlockRange, BlockResult>> held) => Try(() =>
    {
        foreach (var (block, result) in held)
        {
            Put(Manifest.BlockName(pass.Context.Epoch, block), stream =>
            {
                SummaryCodec.Write(stream, result.Summary, pass.Context, pass.Id);
                StateCodec.Write(stream, result.Entries);
            });
        }

        Flush(pass.Context.Epoch, [.. held.Select(node => node.Key)]);
    });

    /// <summary>Removes a checkpoint, because its job is done. The folder goes too where nothing else is in it.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public static void Remove(ICheckpointFolder folder)
    {
        // The manifest first: without it the rest is no checkpoint.
        folder.Delete(Manifest.Name);
        DeleteAllBut(folder, []);
        folder.DeleteIfEmpty();
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    private void Flush(int epoch, BlockRange[] blocks)
    {
        Put(Manifest.StartName, stream => StateCodec.Write(stream, Start!));
        if (epoch >= 0)
        {
            Put(Manifest.EpochName(epoch), stream => StateCodec.Write(stream, Epoch!));
        }

        var manifest = new Manifest(job, partitionCount, epoch, blocks);
        folder.Write(Manifest.Name, manifest.Write);
        var named = manifest.Files().ToHashSet(StringComparer.Ordinal);
        foreach (var name in written.Where(name => !named.Contains(name)).ToArray())
        {
            folder.Delete(name);
            written.Remove(name);
        }
    }

    private void Put(string name, Action<Stream> write)
    {
        if (!written.Contains(name))
        {
            folder.Write(name, write);
            written.Add(name);
        }
    }

    private void Try(Action write)
    {
        if (pause > TimeSpan.Zero && clock.GetElapsedTime(failedAt) < pause)
        {
            return;
        }

        try
        {
            write();
            pause = TimeSpan.Zero;
        }
        catch (IOException e)
        {
            pause = pause == TimeSpan.Zero ? FirstPause : TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks));
            failedAt = clock.GetTimestamp();
            if (!hasWarned)
            {
                hasWarned = true;
                warn($"--checkpoint {folder.Path}: cannot be written ({e.Message.TrimEnd('.')}); the training goes on and tries again, but would start from the last checkpoint if it were stopped.");
            }
        }
    }

    private void CheckIdentity(Manifest manifest)
    {
        var difference = manifest.Job.Data != job.Data || manifest.PartitionCount != partitionCount ? "another input (its files, their sizes, rows or times of change, or its columns differ)"
            : manifest.Job.Parameters != job.Parameters ? "a training with other options"
            : null;
        if (difference is not null)
        {
            throw new InputException($"--checkpoint {folder.Path}: this is the checkpoint of {difference}; repeat the command that it is of, name another folder, or remove this one.");
        }
    }

    private T Read<T>(string name, Func<Stream, T> read)
    {
        try
        {
            using var stream = folder.Open(name);
            var value = read(stream);
            return stream.ReadByte() < 0 ? value : throw new SummaryFormatException("there are bytes behind its end.");
        }
        catch (Exception e) when (e is SummaryFormatException or IOException)
        {
            throw new InputException($"{System.IO.Path.Combine(folder.Path, name)}: the checkpoint cannot be used ({e.Message.TrimEnd('.')}); remove the folder {folder.Path} to start afresh.", e);
        }
    }

    private static void DeleteAllBut(ICheckpointFolder folder, IReadOnlyCollection<string> kept)
    {
        foreach (var name in folder.Names().Where(name => Manifest.IsOurs(name) && !kept.Contains(name)))
        {
            folder.Delete(name);
        }
    }
}
