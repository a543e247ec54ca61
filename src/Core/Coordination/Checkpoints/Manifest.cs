namespace KMeans.Coordination;

/// <summary>Says which files make a checkpoint. It is replaced as a whole, so that a checkpoint goes from one state to the next at one moment.</summary>
/// <param name="Job">Whose checkpoint it is.</param>
/// <param name="PartitionCount">Partitions of the input.</param>
/// <param name="Epoch">The pass that the blocks belong to, or -1 before the first.</param>
/// <param name="Blocks">The blocks that are held, in order.</param>
internal sealed record Manifest(JobIdentity Job, int PartitionCount, int Epoch, IReadOnlyList<BlockRange> Blocks)
{
    /// <summary>The file's name.</summary>
    public const string Name = "manifest" + Extension;

    /// <summary>The name of the file with the start.</summary>
    public const string StartName = "start" + Extension;

    private const string Extension = ".kmc";
    private const uint Magic = 0x6E6D634B;

    /// <summary>The names of the files that it counts on.</summary>
    /// <returns>The start, the epoch's state and the blocks.</returns>
    public IEnumerable<string> Files() => Epoch < 0 ? [StartName] : [StartName, EpochName(Epoch), .. Blocks.Select(block => BlockName(Epoch, block))];

    /// <summary>The name of the file with a pass's state.</summary>
    /// <param name="epoch">The pass.</param>
    /// <returns>A name.</returns>
    public static string EpochName(int epoch) => $"epoch-{epoch}{Extension}";

    /// <summary>The name of the file with a block.</summary>
    /// <param name="epoch">The pass.</param>
    /// <param name="block">The block.</param>
    /// <returns>A name.</returns>
    public static string BlockName(int epoch, BlockRange block) => $"block-{epoch}-{block.First}-{block.End}{Extension}";

    /// <summary>Whether a file's name is one that checkpoints use.</summary>
    /// <param name="name">A name.</param>
    /// <returns>Whether it is, unfinished files included.</returns>
    public static bool IsOurs(string name)
    {
        name = name.EndsWith(ICheckpointFolder.Unfinished, StringComparison.Ordinal) ? name[..^ICheckpointFolder.Unfinished.Length] : name;
        return name is Name or StartName
            || (name.EndsWith(Extension, StringComparison.Ordinal) && (name.StartsWith("epoch-", StringComparison.Ordinal) || name.StartsWith("block-", StringComparison.Ordinal)));
    }

    /// <summary>Writes it.</summary>
    /// <param name="stream">Written to.</param>
    public void Write(Stream stream)
    {
        var writer = new WireWriter(stream, Magic, StateCodec.Version, (2 * sizeof(long)) + ((3L + (2 * Blocks.Count)) * sizeof(int)));
        writer.Int64((long)Job.Data);
        writer.Int64((long)Job.Parameters);
        writer.Int32(PartitionCount);
        writer.Int32(Epoch);
        writer.Int32(Blocks.Count);
        foreach (var block in Blocks)
        {
            writer.Int32(block.First);
            writer.Int32(block.End);
        }

        writer.Complete();
    }

    /// <summary>Reads one.</summary>
    /// <param name="stream">Read from.</param>
    /// <returns>The manifest; its blocks are nodes of the tree, in order and apart.</returns>
    /// <exception cref="SummaryFormatException">It is damaged or of another version.</exception>
    public static Manifest Read(Stream stream)
    {
        var reader = new WireReader(stream, Magic, StateCodec.Version, 1L << 32, "the manifest");
        var job = new JobIdentity((ulong)reader.Int64(), (ulong)reader.Int64());
        var partitions = reader.Count(1, int.MaxValue, "the partition count");
        var epoch = reader.Count(-1, int.MaxValue, "the epoch");
        var blocks = new BlockRange[reader.Count(0, (int)Math.Min(Array.MaxLength, reader.Left / (2 * sizeof(int))), "the block count")];
        var end = 0;
        for (var i = 0; i < blocks.Length; i++)
        {
            blocks[i] = new BlockRange(reader.Int32(), reader.Int32());
            if (!blocks[i].IsAligned(partitions) || blocks[i].First < end)
            {
                throw reader.Wrong($"has a block {blocks[i]} that is none or overlaps another");
            }

            end = blocks[i].End;
        }

        reader.Complete();
        return new Manifest(job, partitions, epoch, blocks);
    }
}
