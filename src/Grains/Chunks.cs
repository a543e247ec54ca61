using KMeans.Coordination;

namespace KMeans.Grains;

/// <summary>Makes messages of payloads, and payloads of messages.</summary>
internal static class Chunks
{
    /// <summary>A payload's chunk as a message; the bytes are shared.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="index">The chunk.</param>
    /// <returns>The message.</returns>
    public static Chunk ToChunk(this Payload payload, int index)
    {
        var chunk = payload[index];
        return new Chunk { Index = index, Hash = chunk.Hash, Data = chunk.Data };
    }

    /// <summary>Checks a message; its checksum is checked by <see cref="PulledStream"/>.</summary>
    /// <param name="chunk">From elsewhere, or null.</param>
    /// <param name="index">The chunk that was asked for.</param>
    /// <returns>The chunk; null where there is none.</returns>
    /// <exception cref="InstanceFaultException">It is another one, or too large.</exception>
    public static PayloadChunk? Check(this Chunk? chunk, int index) =>
        chunk is null ? null
        : chunk.Index == index && chunk.Data.Length <= Chunk.MostBytes ? new PayloadChunk(chunk.Data, chunk.Hash)
        : throw new InstanceFaultException($"chunk {chunk.Index} of {chunk.Data.Length} bytes came where {index} was asked for", transient: true);
}
