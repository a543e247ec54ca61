namespace KMeans.Coordination;

/// <summary>What is known of one partition that was counted.</summary>
/// <param name="Partition">Its index.</param>
/// <param name="Rows">Rows that count.</param>
/// <param name="SkippedRows">Rows passed over because a value is missing.</param>
/// <param name="Bytes">Of the float32 values and double weights that were read into batches, skipped rows included.</param>
/// <param name="Hash">A hash of those bytes in row order, not cryptographic: of the values after the transform, skipped rows as zeros; weights are hashed beside them and mixed in.</param>
/// <param name="Instance">Who ran it.</param>
/// <param name="Attempts">How often the partition was handed out until then, 1 or more; set by the coordinator.</param>
/// <param name="Seconds">Of one thread.</param>
/// <param name="ReadSeconds">Of them, reading and decoding.</param>
public readonly record struct LedgerEntry(
    int Partition, long Rows, long SkippedRows, long Bytes, ulong Hash, string Instance, int Attempts, double Seconds, double ReadSeconds)
{
    /// <summary>What computed it: a kernel's name, or two joined by a plus where a device was lost on the way. At most <see cref="MostBackendBytes"/> bytes.</summary>
    public string Backend { get; init; } = "";

    /// <summary>The longest name of what computed a partition.</summary>
    internal const int MostBackendBytes = 64;
}
