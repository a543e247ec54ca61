using KMeans.Input;
using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>What the random batch gave, all that the rest of the job needs of it: with it the sampling need not be repeated.</summary>
/// <param name="Initial">The transform, the initial centers and what follows from them.</param>
/// <param name="BatchCount">Rows of the batch.</param>
/// <param name="RowsRead">Rows that were parsed to draw it.</param>
/// <param name="EstimatedRowCount">n where it is known, else an estimate.</param>
/// <param name="Note">A sentence for the user, or null.</param>
internal sealed record JobStart(InitialCenters Initial, int BatchCount, long RowsRead, long EstimatedRowCount, string? Note)
{
    /// <summary>Takes from a batch what is needed.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="initial">What it decided.</param>
    /// <returns>The start.</returns>
    public static JobStart Of(RandomBatch batch, InitialCenters initial) => new(initial, batch.Count, batch.RowsRead, batch.EstimatedRowCount, batch.Note);
}

/// <summary>Where the job is between passes.</summary>
/// <param name="Epoch">The pass that is next or running, 0-based.</param>
/// <param name="Broadcast">Its running centers.</param>
/// <param name="Opened">Centers that rows opened in the passes before.</param>
/// <param name="Dropped">Centers that were dropped after them.</param>
/// <param name="ReadSeconds">What threads spent reading in them, summed.</param>
/// <param name="Retries">Partitions that had to be run again in them.</param>
/// <param name="LedgerHash">The hash of the ledger of the pass before; empty before the first.</param>
internal sealed record EpochState(int Epoch, RunningCenters Broadcast, int Opened, int Dropped, double ReadSeconds, long Retries, string LedgerHash);
