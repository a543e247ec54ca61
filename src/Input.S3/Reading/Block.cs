using System.Runtime.ExceptionServices;

namespace KMeans.Input.S3.Reading;

/// <summary>A piece of an object, in memory or on its way. Changed under the pool's lock, but for its bytes.</summary>
/// <param name="source">Whose it is.</param>
/// <param name="index">Its number in the object.</param>
/// <param name="memory">Its bytes.</param>
internal sealed class Block(S3ByteSource source, long index, byte[] memory)
{
    /// <summary>Whose it is.</summary>
    public S3ByteSource Source => source;

    /// <summary>Its number in the object.</summary>
    public long Index => index;

    /// <summary>Its bytes; the last one of an object fills only the beginning.</summary>
    public byte[] Memory => memory;

    /// <summary>The request that brings it; null once it is here or has failed.</summary>
    public BlockRun? Run { get; set; }

    /// <summary>Why it could not be brought, or null.</summary>
    public ExceptionDispatchInfo? Failure { get; set; }

    /// <summary>Threads that copy from it now or wait for it.</summary>
    public int Readers { get; set; }

    /// <summary>Whether it was read since it came: until then it is kept for whoever asked for it.</summary>
    public bool WasRead { get; set; }

    /// <summary>Where it is among those that could make room.</summary>
    public LinkedListNode<Block>? Place { get; set; }

    /// <summary>Where the reading of this block asks for more ahead: how many blocks were asked for from here on; 0 for none.</summary>
    public int Ahead { get; set; }
}

/// <summary>Neighbouring blocks that one request brings.</summary>
internal sealed class BlockRun
{
    /// <summary>In order, without gaps; at least one.</summary>
    public List<Block> Blocks { get; } = [];

    /// <summary>Where it waits; null once it is sent.</summary>
    public LinkedListNode<BlockRun>? Place { get; set; }
}
