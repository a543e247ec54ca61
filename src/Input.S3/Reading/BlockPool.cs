using KMeans.Storage;

namespace KMeans.Input.S3.Reading;

/// <summary>Brings a range of an object: into buffers, telling each when it is full.</summary>
/// <param name="item">The object.</param>
/// <param name="offset">Where the range begins.</param>
/// <param name="buffers">Out, one after the other.</param>
/// <param name="filled">Told each buffer's position when it is full.</param>
/// <param name="cancellation">Nobody wants the bytes any more.</param>
/// <returns>When all are full.</returns>
internal delegate Task RangeRead(StoredObject item, long offset, IReadOnlyList<Memory<byte>> buffers, Action<int> filled, CancellationToken cancellation);

/// <summary>Blocks of objects that were read lately or come next, in bounded memory, brought by many requests at a time. Thread-safe.</summary>
/// <remarks>
/// Blocks that are asked for together and adjoin are brought by one request. What is asked for early and adjoins what was asked for before joins it, until the request is large, or something else is asked for,
/// or somebody waits. Where there is no room, blocks that were read go first, the least recently read before others; what is asked for early makes no room of what nobody has read yet.
/// </remarks>
internal sealed partial class BlockPool : IDisposable
{
    /// <summary>Below this, threads that read columns side by side would take blocks from each other.</summary>
    private const long LeastBytes = 16L << 20;

    /// <summary>Blocks between two that are wanted which are brought along: cheaper than a request.</summary>
    private const int MostGap = 2;

    /// <summary>Blocks ahead of the first reads that look like reading from the beginning to the end.</summary>
    private const int FirstAhead = 8;

    private readonly object gate = new();
    private readonly Dictionary<(S3ByteSource Source, long Index), Block> blocks = [];
    private readonly LinkedList<Block> evictable = [];
    private readonly LinkedList<BlockRun> waiting = [];
    private readonly Stack<byte[]> spare = [];
    private readonly CancellationTokenSource closing = new();
    private readonly RangeRead read;
    private readonly int blockBytes;
    private readonly int mostRun;
    private readonly int mostAhead;
    private readonly int mostRequests;
    private int mostBlocks;
    private BlockRun? open;
    private int requests;
    private int held;

    /// <summary>Creates an empty pool.</summary>
    /// <param name="settings">The bounds.</param>
    /// <param name="read">Brings bytes.</param>
    public BlockPool(S3Settings settings, RangeRead read)
    {
        this.read = read;
        blockBytes = settings.BlockBytes;
        mostBlocks = (int)Math.Max(1, settings.MemoryBytes / blockBytes);
        mostRun = Math.Max(1, settings.RequestBytes / blockBytes);
        mostAhead = settings.ReadAheadBytes / blockBytes;
        mostRequests = settings.Requests;
    }

    /// <summary>Blocks in memory, those on their way included.</summary>
    public int Held
    {
        get
        {
            lock (gate)
            {
                return held;
            }
        }
    }

    /// <summary>Reads up to the end of a block; waits for it where it is not here.</summary>
    /// <param name="source">The object.</param>
    /// <param name="offset">Within it.</param>
    /// <param name="buffer">Out; not empty.</param>
    /// <returns>Bytes read, at least 1.</returns>
    /// <exception cref="InputException">The object changed, is gone, or may not be read.</exception>
    /// <exception cref="IOException">It could not be brought.</exception>
    public int Read(S3ByteSource source, long offset, Span<byte> buffer)
    {
        var index = offset / blockBytes;
        Block block;
        lock (gate)
        {
            block = blocks.TryGetValue((source, index), out var known) ? known : Demand(source, index, LastOf(source, offset, buffer.Length));
            block.Readers++;
            ReadOn(block);
            if (block.Run is { } run)
            {
                Hurry(run);
                while (block.Run is not null)
                {
                    Monitor.Wait(gate);
                }
            }
        }

        try
        {
            block.Failure?.Throw();
            var start = (int)(offset % blockBytes);
            var count = Math.Min(buffer.Length, LengthOf(source, index) - start);
            block.Memory.AsSpan(start, count).CopyTo(buffer);
            return count;
        }
        finally
        {
            lock (gate)
            {
                block.Readers--;
                block.WasRead = true;
                Touch(block);
            }
        }
    }

    /// <summary>Asks for bytes that will be read soon. Returns at once; what there is no room for is left out.</summary>
    /// <param name="source">The object.</param>
    /// <param name="offset">Within it.</param>
    /// <param name="length">At least 1, within it.</param>
    public void Prefetch(S3ByteSource source, long offset, long length)
    {
        lock (gate)
        {
            if (!source.IsForgotten)
            {
                Ask(source, offset / blockBytes, LastOf(source, offset, length));
            }
        }
    }

    /// <summary>Keeps less from now on; never more than before.</summary>
    /// <param name="bytes">Bytes of blocks.</param>
    /// <returns>What is kept at most.</returns>
    public long Limit(long bytes)
    {
        lock (gate)
        {
            mostBlocks = (int)Math.Min(mostBlocks, Math.Max(LeastBytes, bytes) / blockBytes);
            while (held > mostBlocks && evictable.First is { Value.Readers: 0 } oldest)
            {
                Evict(oldest);
                held--;
            }

            return (long)mostBlocks * blockBytes;
        }
    }

    /// <summary>Gives up what is kept of an object that nobody reads any more.</summary>
    /// <param name="source">The object.</param>
    public void Forget(S3ByteSource source)
    {
        lock (gate)
        {
            source.IsForgotten = true;
            foreach (var block in blocks.Values.Where(block => block.Source == source).ToArray())
            {
                if (block.Run is { Place: { } place } run)
                {
                    // Not sent yet: nor will it be.
                    waiting.Remove(place);
                    run.Place = null;
                    open = open == run ? null : open;
                    run.Blocks.ForEach(unsent => Fail(unsent, new ObjectDisposedException(source.Path)));
                }

                blocks.Remove((source, block.Index));
                if (block.Place is { } position)
                {
                    evictable.Remove(position);
                    block.Place = null;
                    Release(block);
                }
            }

            if (blocks.Count == 0)
            {
                spare.Clear();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        closing.Cancel();
        closing.Dispose();
    }

    private long LastOf(S3ByteSource source, long offset, long length) => (Math.Min(offset + length, source.Length) - 1) / blockBytes;

    private int LengthOf(S3ByteSource source, long index) => (int)Math.Min(blockBytes, source.Length - (index * blockBytes));

    /// <summary>Blocks that a thread waits for: they come whatever the room, and before all that is asked for early.</summary>
    private Block Demand(S3ByteSource source, long first, long last)
    {
        var run = new BlockRun();
        for (var index = first; index <= last && run.Blocks.Count < mostRun && !blocks.ContainsKey((source, index)); index++)
        {
            Add(run, source, index, Room(force: true)!);
        }

        run.Place = waiting.AddFirst(run);

        // One after the other: the next ones are asked for while this one is on its way.
        if (blocks.ContainsKey((source, first - 1)))
        {
            Ahead(run.Blocks[0], run.Blocks.Count, FirstAhead);
        }

        return run.Blocks[0];
    }

    /// <summary>Where the block begins what was asked for ahead, asks for twice as much behind that.</summary>
    private void ReadOn(Block block)
    {
        if (block.Ahead > 0)
        {
            var asked = block.Ahead;
            block.Ahead = 0;
            Ahead(block, asked, Math.Min(2 * asked, mostAhead));
        }
    }

    private void Ahead(Block from, int behind, int count)
    {
        var first = from.Index + behind;
        var last = Math.Min(first + count, (from.Source.Length + blockBytes - 1) / blockBytes) - 1;
        if (first <= last)
        {
            Ask(from.Source, first, last);
            if (blocks.TryGetValue((from.Source, first), out var mark))
            {
                mark.Ahead = (int)(last - first + 1);
            }

            Flush();
        }
    }

    /// <summary>Memory for a block; null where all of it is needed by others, unless it must be.</summary>
    private byte[]? Room(bool force)
    {
        if (held >= mostBlocks)
        {
            var oldest = evictable.First;
            while (oldest is not null && (oldest.Value.Readers > 0 || !(oldest.Value.WasRead || force)))
            {
                oldest = oldest.Next;
            }

            if (oldest is not null)
            {
                Evict(oldest);
                return oldest.Value.Memory;
            }

            if (!force)
            {
                return null;
            }
        }

        held++;
        return spare.TryPop(out var memory) ? memory : GC.AllocateUninitializedArray<byte>(blockBytes);
    }

    private void Evict(LinkedListNode<Block> place)
    {
        evictable.Remove(place);
        blocks.Remove((place.Value.Source, place.Value.Index));
    }

    private void Touch(Block block)
    {
        if (block.Place is { } place && place.List is not null)
        {
            evictable.Remove(place);
            evictable.AddLast(place);
        }
    }

    private void Release(Block block)
    {
        held--;
        if (block.Readers == 0)
        {
            spare.Push(block.Memory);
        }
    }
}
