namespace KMeans.Grains;

/// <summary>The files of one folder in the grain storage: what makes a file be there.</summary>
[GenerateSerializer, Alias("kmeans.StoredIndex")]
internal sealed class StoredIndex
{
    /// <summary>Layout of the record; raised when an older release could not read it.</summary>
    [Id(0)]
    public int SchemaVersion { get; set; } = 1;

    /// <summary>The number that the next file gets: no two ever share one, so that nothing is overwritten.</summary>
    [Id(1)]
    public long NextNumber { get; set; } = 1;

    /// <summary>The files by name.</summary>
    [Id(2)]
    public Dictionary<string, StoredFile> Files { get; set; } = [];
}

/// <summary>A file in the grain storage.</summary>
[GenerateSerializer, Immutable, Alias("kmeans.StoredFile")]
internal sealed class StoredFile
{
    /// <summary>Names its chunks.</summary>
    [Id(0)]
    public required long Number { get; init; }

    /// <summary>Bytes.</summary>
    [Id(1)]
    public required long Length { get; init; }
}

/// <summary>A part of a file in the grain storage.</summary>
[GenerateSerializer, Alias("kmeans.StoredChunk")]
internal sealed class StoredChunk
{
    /// <summary>The bytes.</summary>
    [Id(0), Immutable]
    public ReadOnlyMemory<byte> Data { get; set; }

    /// <summary>Their checksum.</summary>
    [Id(1)]
    public ulong Hash { get; set; }
}
