namespace KMeans.Grains;

/// <summary>A part of something large, at most 4 MB, which the receiver asked for. One array of bytes: it is copied neither inside a silo nor element by element on its way.</summary>
[GenerateSerializer, Immutable, Alias("kmeans.Chunk")]
public sealed class Chunk
{
    /// <summary>Bytes of the largest chunk.</summary>
    public const int MostBytes = 4 << 20;

    /// <summary>Its place, from 0.</summary>
    [Id(0)]
    public required int Index { get; init; }

    /// <summary>Checksum of the bytes: Core's content hash.</summary>
    [Id(1)]
    public required ulong Hash { get; init; }

    /// <summary>The bytes; numbers in them are little-endian. Nobody writes to them.</summary>
    [Id(2)]
    public required ReadOnlyMemory<byte> Data { get; init; }
}

/// <summary>Announces something large that can be pulled chunk by chunk.</summary>
[GenerateSerializer, Immutable, Alias("kmeans.Ticket")]
public sealed class Ticket
{
    /// <summary>What its holder calls it.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Bytes of all chunks.</summary>
    [Id(1)]
    public required long Length { get; init; }
}
