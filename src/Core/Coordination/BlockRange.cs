using System.Numerics;

namespace KMeans.Coordination;

/// <summary>An aligned block of the merge tree: the partitions [First, End) below one of its nodes. The unit of lease, transport and checkpoint.</summary>
/// <param name="First">A multiple of a power of two, the block's nominal size.</param>
/// <param name="End">First plus the nominal size, or the number of partitions where that is less.</param>
/// <remarks>
/// The tree is the fixed binary one over partition indices. Where its right edge is ragged several levels share one node with the same content; a block stands for all of them.
/// </remarks>
internal readonly record struct BlockRange(int First, int End) : IComparable<BlockRange>
{
    /// <summary>Partitions covered.</summary>
    public int Count => End - First;

    /// <summary>The block of all partitions: the root.</summary>
    /// <param name="partitionCount">1 or more.</param>
    /// <returns>[0, partitionCount).</returns>
    public static BlockRange Root(int partitionCount) => new(0, partitionCount);

    /// <summary>The block of one partition: a leaf.</summary>
    /// <param name="partition">Its index.</param>
    /// <returns>[partition, partition + 1).</returns>
    public static BlockRange Leaf(int partition) => new(partition, partition + 1);

    /// <summary>Whether this is a node of the tree over so many partitions. What arrives from elsewhere is checked with it.</summary>
    /// <param name="partitionCount">Leaves of the tree.</param>
    /// <returns>Whether it is.</returns>
    public bool IsAligned(int partitionCount)
    {
        if (First < 0 || End <= First || End > partitionCount)
        {
            return false;
        }

        var size = NominalSize;
        return First % size == 0 && (Count == size || End == partitionCount);
    }

    /// <summary>Whether the other block lies within this one.</summary>
    /// <param name="other">A block of the same tree.</param>
    /// <returns>Whether it does; true for the same block.</returns>
    public bool Contains(BlockRange other) => First <= other.First && other.End <= End;

    /// <summary>The block above.</summary>
    /// <param name="partitionCount">Leaves of the tree.</param>
    /// <returns>The smallest block that holds more than this one; this one where it is the root.</returns>
    public BlockRange Parent(int partitionCount)
    {
        var size = NominalSize;
        var parent = this;
        while (parent == this && Count < partitionCount)
        {
            size *= 2;
            var first = First - (int)(First % size);
            parent = new BlockRange(first, (int)Math.Min(first + size, partitionCount));
        }

        return parent;
    }

    /// <summary>The two blocks below.</summary>
    /// <returns>Of at least one partition each.</returns>
    /// <exception cref="InvalidOperationException">The block is a single partition.</exception>
    public (BlockRange Earlier, BlockRange Later) Halves()
    {
        if (Count < 2)
        {
            throw new InvalidOperationException($"Block {this} is a single partition.");
        }

        var middle = First + (int)(NominalSize / 2);
        return (new BlockRange(First, middle), new BlockRange(middle, End));
    }

    /// <inheritdoc/>
    public int CompareTo(BlockRange other) => (First, -End).CompareTo((other.First, -other.End));

    /// <inheritdoc/>
    public override string ToString() => Count == 1 ? $"{First}" : $"{First}-{End - 1}";

    private long NominalSize => (long)BitOperations.RoundUpToPowerOf2((uint)Count);
}
