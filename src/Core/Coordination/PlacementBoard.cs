using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>Notes where the partitions of a pass are, for display alone: nothing is decided by it. Thread-safe; a note takes O(partitions of its block), a snapshot O(partitions).</summary>
internal sealed class PlacementBoard
{
    private readonly Lock gate = new();
    private readonly int epoch;
    private readonly List<InstancePlacement> instances = [];
    private readonly Dictionary<string, int> indices = new(StringComparer.Ordinal);
    private readonly Dictionary<long, (int Instance, BlockRange Block)> open = [];

    /// <summary>Of each partition: who gave the result that counts, plus 1; 0 for nobody.</summary>
    private readonly int[] owners;

    /// <summary>Of each partition: who was given it last, plus 1.</summary>
    private readonly int[] holders;

    /// <summary>Of each partition: attempts that run.</summary>
    private readonly int[] attempts;

    /// <summary>Begins with a pass.</summary>
    /// <param name="epoch">The pass, from 0.</param>
    /// <param name="partitionCount">1 or more.</param>
    public PlacementBoard(int epoch, int partitionCount)
    {
        this.epoch = epoch;
        owners = new int[partitionCount];
        holders = new int[partitionCount];
        attempts = new int[partitionCount];
    }

    /// <summary>An instance was given a block.</summary>
    /// <param name="name">The instance's name.</param>
    /// <param name="threads">Its threads.</param>
    /// <param name="block">The block.</param>
    /// <param name="attempt">The attempt.</param>
    public void Give(string name, int threads, BlockRange block, long attempt)
    {
        lock (gate)
        {
            var index = IndexOf(name, threads);
            open.Add(attempt, (index, block));
            instances[index] = instances[index] with { Out = instances[index].Out + block.Count };
            for (var partition = block.First; partition < block.End; partition++)
            {
                holders[partition] = index + 1;
                attempts[partition]++;
            }
        }
    }

    /// <summary>An attempt ended: it came back, it failed, or nobody waits for it any more. Nothing happens where that is known.</summary>
    /// <param name="attempt">The attempt.</param>
    public void End(long attempt)
    {
        lock (gate)
        {
            if (!open.Remove(attempt, out var ended))
            {
                return;
            }

            var (index, block) = ended;
            var isLost = false;
            for (var partition = block.First; partition < block.End; partition++)
            {
                attempts[partition]--;
                isLost |= owners[partition] == 0;
            }

            var instance = instances[index];
            instances[index] = instance with { Out = instance.Out - block.Count, Lost = instance.Lost + (isLost ? 1 : 0) };
        }
    }

    /// <summary>A block's result was taken. To be noted before its attempt's end.</summary>
    /// <param name="entries">Its ledger; each names the instance.</param>
    public void Take(IReadOnlyList<LedgerEntry> entries)
    {
        lock (gate)
        {
            foreach (var entry in entries)
            {
                // Parts that came before the whole did are counted as the whole's.
                if (owners[entry.Partition] is > 0 and var before)
                {
                    instances[before - 1] = instances[before - 1] with { Back = instances[before - 1].Back - 1 };
                }

                var index = IndexOf(entry.Instance, 0);
                instances[index] = instances[index] with { Back = instances[index].Back + 1 };
                owners[entry.Partition] = index + 1;
            }
        }
    }

    /// <summary>Where everything is now.</summary>
    /// <returns>A copy.</returns>
    public PassPlacement Snapshot()
    {
        lock (gate)
        {
            var cells = new int[Math.Min(owners.Length, PassPlacement.MostCells)];
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = Cell((int)((long)i * owners.Length / cells.Length), (int)((i + 1L) * owners.Length / cells.Length));
            }

            return new PassPlacement { Epoch = epoch, Partitions = owners.Length, Instances = [.. instances], Cells = cells };
        }
    }

    private int Cell(int first, int end)
    {
        var (isBack, holder) = (true, 0);
        for (var partition = first; partition < end; partition++)
        {
            if (owners[partition] == 0)
            {
                isBack = false;
                holder = attempts[partition] > 0 ? holders[partition] : holder;
            }
        }

        return isBack ? owners[end - 1] : -holder;
    }

    private int IndexOf(string name, int threads)
    {
        if (!indices.TryGetValue(name, out var index))
        {
            index = Math.Min(instances.Count, PassPlacement.MostInstances - 1);
            if (index == instances.Count)
            {
                instances.Add(new InstancePlacement(index < PassPlacement.MostInstances - 1 ? name : "others", 0, 0, 0, 0));
            }

            indices.Add(name, index);
        }

        if (threads > instances[index].Threads)
        {
            instances[index] = instances[index] with { Threads = threads };
        }

        return index;
    }
}
