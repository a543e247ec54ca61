namespace KMeans.Coordination;

/// <summary>What the ledger of a pass says in short: proof that each row was counted exactly once.</summary>
/// <param name="Partitions">Partitions, each of them exactly once.</param>
/// <param name="Rows">The sum of their rows: as many as the model counts.</param>
/// <param name="SkippedRows">The sum of their rows that were passed over.</param>
/// <param name="Bytes">Bytes of the values as they were read into batches.</param>
/// <param name="Hash">The partitions' content hashes, rows and indices hashed in order, 16 hexadecimal digits: the same data and random batch give the same hash.</param>
/// <param name="Attempts">How often partitions were handed out.</param>
/// <param name="MostAttempts">The most for one partition.</param>
public sealed record LedgerSummary(int Partitions, long Rows, long SkippedRows, long Bytes, string Hash, long Attempts, int MostAttempts);

/// <summary>Checks ledger entries and sums them up.</summary>
internal static class Ledger
{
    /// <summary>Finds what is wrong with a block's result.</summary>
    /// <param name="result">From an instance.</param>
    /// <param name="block">What it was asked for.</param>
    /// <returns>A sentence, or null where summary and entries cover the block, each partition once and in order, and agree about the rows.</returns>
    public static string? Fault(BlockResult result, BlockRange block)
    {
        if (result.Block != block || result.Entries.Count != block.Count)
        {
            return $"gave partitions {result.Block} with {result.Entries.Count} ledger entries where {block} were asked for";
        }

        var (rows, skipped) = (0L, 0L);
        for (var i = 0; i < block.Count; i++)
        {
            var entry = result.Entries[i];
            if (entry.Partition != block.First + i)
            {
                return $"gave a ledger entry of partition {entry.Partition} in the place of {block.First + i}";
            }

            rows += entry.Rows;
            skipped += entry.SkippedRows;
        }

        return rows == result.Summary.RowCount && skipped == result.Summary.SkippedRows
            ? null
            : $"gave a summary of {result.Summary.RowCount} rows whose ledger entries have {rows}";
    }

    /// <summary>Sums up the ledger of a whole pass.</summary>
    /// <param name="result">Of all partitions.</param>
    /// <param name="partitionCount">Partitions of the input.</param>
    /// <returns>The summary.</returns>
    /// <exception cref="InvalidOperationException">A partition is missing or counted twice: an error of the program, not of the data.</exception>
    public static LedgerSummary Sum(BlockResult result, int partitionCount)
    {
        if (Fault(result, BlockRange.Root(partitionCount)) is { } fault)
        {
            throw new InvalidOperationException($"The pass {fault}.");
        }

        var counter = new NumberHash();
        var (bytes, attempts, most) = (0L, 0L, 0);
        foreach (var entry in result.Entries)
        {
            counter.Add(entry.Partition);
            counter.Add(entry.Rows);
            counter.Add(entry.SkippedRows);
            counter.Add((long)entry.Hash);
            bytes += entry.Bytes;
            attempts += entry.Attempts;
            most = Math.Max(most, entry.Attempts);
        }

        return new LedgerSummary(partitionCount, result.Summary.RowCount, result.Summary.SkippedRows, bytes, $"{counter.Hash:x16}", attempts, most);
    }

    /// <summary>Hashes whole numbers in order.</summary>
    private sealed class NumberHash
    {
        private readonly ContentHash hash = new();

        public ulong Hash => hash.Value;

        public void Add(long value)
        {
            Span<byte> bytes = stackalloc byte[sizeof(long)];
            System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            hash.Append(bytes);
        }
    }
}
