using System.Diagnostics;
using KMeans.Coordination;
using KMeans.Input;

namespace KMeans.Grains;

/// <summary>Opens the files that a job's paths mean on this silo.</summary>
internal interface IDataFiles
{
    /// <summary>Opens them.</summary>
    /// <param name="paths">Files, folders and globs.</param>
    /// <param name="format">What the user says about the format.</param>
    /// <returns>At least one open file, in order.</returns>
    /// <exception cref="InputException">A path is not allowed here, has no files, or a file cannot be read.</exception>
    IReadOnlyList<NamedFile> Open(IReadOnlyList<string> paths, InputFormatOptions format);
}

/// <summary>The threads and passes of one silo, shared by the shards on it. Nothing here runs on the grain scheduler.</summary>
internal sealed class SiloCompute : IDisposable
{
    /// <summary>A coordinator sends two blocks a shard at a time; more wait in its own queue.</summary>
    private const int MostBlocks = 64;

    private readonly LocalInstance instance;
    private readonly HeldPasses passes;
    private readonly Lock gate = new();
    private readonly Dictionary<string, Task> incoming = new(StringComparer.Ordinal);
    private int running;

    /// <summary>Starts the threads.</summary>
    /// <param name="files">Opens files.</param>
    /// <param name="limits">What this silo can do.</param>
    public SiloCompute(IDataFiles files, HeldPassLimits limits)
    {
        Files = files;
        Limits = limits;
        passes = new HeldPasses(files.Open, limits);
        instance = new LocalInstance("silo", limits.Threads);
    }

    /// <summary>Opens files.</summary>
    public IDataFiles Files { get; }

    /// <summary>What this silo can do.</summary>
    public HeldPassLimits Limits { get; }

    /// <summary>Blocks that run now.</summary>
    public int RunningCount => Volatile.Read(ref running);

    /// <summary>Runs a block.</summary>
    /// <param name="pass">The pass's name: the same name is the same content.</param>
    /// <param name="length">Bytes of the pass.</param>
    /// <param name="pull">Gets a chunk of the pass, where it is not here yet.</param>
    /// <param name="block">Its partitions.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="meter">Told of progress.</param>
    /// <param name="cancellation">The result is not wanted any more.</param>
    /// <returns>The summary and the ledger behind it.</returns>
    /// <exception cref="InputException">The data is wrong.</exception>
    /// <exception cref="InstanceFaultException">It cannot be run here, or not now.</exception>
    public async Task<Payload> RunAsync(string pass, long length, Func<int, Task<PayloadChunk>> pull, BlockRange block, long attempt, BlockMeter meter, CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref running) > MostBlocks)
        {
            Interlocked.Decrement(ref running);
            throw new InstanceFaultException($"{MostBlocks} blocks run there at once", transient: true);
        }

        try
        {
            var held = await TakeAsync(pass, length, pull).WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                return await RunAsync(held, block, attempt, meter, cancellation).ConfigureAwait(false);
            }
            finally
            {
                held.EndUse();
            }
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }

    /// <summary>Closes the files of a pass that no shard on this silo computes with.</summary>
    /// <param name="pass">Its name; any.</param>
    public void Forget(string pass) => passes.DropUnused(pass);

    /// <inheritdoc/>
    public void Dispose()
    {
        instance.Dispose();
        passes.DropAll();
    }

    private async Task<Payload> RunAsync(HeldPass held, BlockRange block, long attempt, BlockMeter meter, CancellationToken cancellation)
    {
        if (!block.IsAligned(held.Pass.Partitions.Count))
        {
            throw new InstanceFaultException($"block {block.First}-{block.End} is no node of the merge tree over {held.Pass.Partitions.Count} partitions", transient: false);
        }

        held.RequireHere(block);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, held.Cancelled);
        var result = await instance.RunAsync(held.Pass, block, attempt, meter.Advance, stop.Token).ConfigureAwait(false);
        var context = held.Pass.Context;
        var payload = Payload.Of(stream =>
        {
            SummaryCodec.Write(stream, result.Summary, context, held.Pass.Id);
            LedgerCodec.Write(stream, result.Entries);
        });
        context.Pool.Return(result.Summary);
        GrainMetrics.Computed();
        return payload;
    }

    /// <summary>Begins to use a pass; the first who needs it pulls it for all.</summary>
    private async Task<HeldPass> TakeAsync(string name, long length, Func<int, Task<PayloadChunk>> pull)
    {
        for (var tries = 0; tries < 3; tries++)
        {
            if (passes.TryTake(name) is { } held)
            {
                return held;
            }

            await Pulling(name, length, pull).ConfigureAwait(false);
        }

        throw new InstanceFaultException("it lost the pass as soon as it had it", transient: true);
    }

    private Task Pulling(string name, long length, Func<int, Task<PayloadChunk>> pull)
    {
        lock (gate)
        {
            if (incoming.TryGetValue(name, out var running) && !running.IsCompleted)
            {
                return running;
            }

            foreach (var (ended, _) in incoming.Where(each => each.Value.IsCompleted).ToArray())
            {
                incoming.Remove(ended);
            }

            // A thread that may wait: reading the pass and opening its files block.
            return incoming[name] = Task.Factory.StartNew(Add, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        void Add()
        {
            var began = Stopwatch.GetTimestamp();
            using var stream = new PulledStream(length, Limits.MostPassBytes, "the pass", pull);
            passes.Add(name, stream);
            GrainMetrics.Transferred("pass", length, began);
        }
    }
}
