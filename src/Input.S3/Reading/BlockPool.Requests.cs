using System.Runtime.ExceptionServices;

namespace KMeans.Input.S3.Reading;

/// <summary>How blocks are put together into requests, sent and brought. All but <see cref="BringAsync"/> and <see cref="Arrive"/> under the gate.</summary>
internal sealed partial class BlockPool
{
    private void Ask(S3ByteSource source, long first, long last)
    {
        for (var index = first; index <= last; index++)
        {
            if (blocks.ContainsKey((source, index)))
            {
                continue;
            }

            if (!Joins(source, index))
            {
                Flush();
            }

            // Also where what lies between took the last room.
            if (Room(force: false) is not { } memory)
            {
                return;
            }

            if (open is null)
            {
                open = new BlockRun();
                open.Place = waiting.AddLast(open);
            }

            Add(open, source, index, memory);
        }
    }

    /// <summary>Whether a block can come with those that are being put together, and what lies between with it.</summary>
    private bool Joins(S3ByteSource source, long index)
    {
        if (open is not { } run || run.Blocks[^1].Source != source)
        {
            return false;
        }

        var gap = index - run.Blocks[^1].Index - 1;
        if (gap is < 0 or > MostGap || run.Blocks.Count + gap >= mostRun)
        {
            return false;
        }

        for (var between = index - gap; between < index; between++)
        {
            if (blocks.ContainsKey((source, between)) || Room(force: false) is not { } memory)
            {
                return false;
            }

            Add(run, source, between, memory);

            // Nobody asked for it.
            run.Blocks[^1].WasRead = true;
        }

        return true;
    }

    private void Add(BlockRun run, S3ByteSource source, long index, byte[] memory)
    {
        var block = new Block(source, index, memory) { Run = run };
        run.Blocks.Add(block);
        blocks.Add((source, index), block);
    }

    /// <summary>Sends what was put together, as far as requests are free.</summary>
    private void Flush()
    {
        open = null;
        Dispatch();
    }

    private void Dispatch()
    {
        while (requests < mostRequests && waiting.First is { } first && first.Value != open)
        {
            waiting.RemoveFirst();
            first.Value.Place = null;
            requests++;
            _ = Task.Run(() => BringAsync(first.Value));
        }
    }

    /// <summary>Has a request sent before all others.</summary>
    private void Hurry(BlockRun run)
    {
        if (run.Place is { } place)
        {
            waiting.Remove(place);
            waiting.AddFirst(place);
        }

        Flush();
    }

    private async Task BringAsync(BlockRun run)
    {
        Exception? failure = null;
        try
        {
            var source = run.Blocks[0].Source;
            var buffers = run.Blocks.ConvertAll(block => new Memory<byte>(block.Memory, 0, LengthOf(source, block.Index)));
            await read(source.Item, run.Blocks[0].Index * blockBytes, buffers, position => Arrive(run.Blocks[position]), closing.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whoever waits for the blocks gets it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e;
        }

        lock (gate)
        {
            requests--;
            foreach (var block in run.Blocks.Where(block => block.Run is not null))
            {
                Fail(block, failure ?? new IOException($"{block.Source.Path}: a part of it did not come."));
            }

            // What is being put together may still grow, unless nothing else is to be done.
            open = requests == 0 ? null : open;
            Dispatch();
        }
    }

    private void Arrive(Block block)
    {
        lock (gate)
        {
            block.Run = null;
            if (blocks.TryGetValue((block.Source, block.Index), out var known) && known == block)
            {
                block.Place = evictable.AddLast(block);
            }
            else
            {
                Release(block);
            }

            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Whoever waits for it gets the failure; whoever asks again later has it brought again.</summary>
    private void Fail(Block block, Exception failure)
    {
        block.Failure = ExceptionDispatchInfo.Capture(failure);
        block.Run = null;
        if (blocks.TryGetValue((block.Source, block.Index), out var known) && known == block)
        {
            blocks.Remove((block.Source, block.Index));
        }

        held--;
        Monitor.PulseAll(gate);
    }
}
