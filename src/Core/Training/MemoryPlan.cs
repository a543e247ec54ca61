using KMeans.Input;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>How a training fits into the memory that it may use: with smaller tiles first, then with fewer threads. Neither changes the result.</summary>
/// <param name="Threads">Threads that fit.</param>
/// <param name="TileValues">Values of rows that are read and assigned together.</param>
internal sealed record MemoryPlan(int Threads, int TileValues)
{
    /// <summary>512 KiB of float32: stays in the second-level cache beside a panel of centers. Twice as much costs 3 % more processor time at 400 x 500.</summary>
    private const int LargestTile = 1 << 17;

    /// <summary>Below this the overhead of a tile shows.</summary>
    private const int SmallestTile = 1 << 14;

    /// <summary>The runtime, the program and its code.</summary>
    private const long ProgramBytes = 64L << 20;

    /// <summary>What a reader holds of a Parquet column: a window onto the file, a decoded page, and its values on their way.</summary>
    private const long ReaderBytesPerColumn = 192 << 10;

    /// <summary>What a reader holds at most, whatever the columns.</summary>
    private const long MostReaderBytes = 48L << 20;

    /// <summary>One part in so many is for what a store of objects keeps of its files: reading ahead there takes the place of the page cache.</summary>
    private const int StorageShare = 4;

    /// <summary>Makes the plan.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="options">The user's; without a limit the plan is what is asked for.</param>
    /// <param name="centerCount">K.</param>
    /// <param name="device">The device that tiles are sent to, or null.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="InputException">Not even one thread with the smallest tile fits: names the option and what is needed.</exception>
    public static MemoryPlan Make(InputSet input, TrainingOptions options, int centerCount, IDeviceKernel? device = null)
    {
        var threads = Math.Max(options.Shards, options.Threads ?? Environment.ProcessorCount);
        if (options.MemoryLimitBytes is not { } limit)
        {
            return new MemoryPlan(threads, device?.TileValues ?? LargestTile);
        }

        var held = HeldBytes(input, options, centerCount) + input.Files.Max(file => file.Source.LimitMemory(limit / StorageShare));
        var tile = device?.TileValues ?? LargestTile;
        var copies = device is null ? 1 : DeviceWorkspace.SlotCount;
        while (tile > SmallestTile && held + (threads * ThreadBytes(input, centerCount, tile, copies)) > limit)
        {
            tile /= 2;
        }

        var fitting = (limit - held) / ThreadBytes(input, centerCount, tile, copies);
        if (fitting < 1)
        {
            var needed = (held + ThreadBytes(input, centerCount, SmallestTile, copies) + (1 << 20) - 1) >> 20;
            throw new InputException($"--memory-limit {limit >> 20}MiB: this training needs {needed} MiB or so; raise the limit, or lower --row-budget (now {options.RowBudget} values), --summary-rows or --extra-center-factor.");
        }

        return new MemoryPlan((int)Math.Min(threads, fitting), tile);
    }

    /// <summary>What is held once: the random batch, the rows or the sample that are kept, and the summaries that wait in the merge tree.</summary>
    private static long HeldBytes(InputSet input, TrainingOptions options, int centerCount)
    {
        var d = input.FeatureCount;

        // Text takes two bytes a value or more.
        var rows = input.RowCount ?? Math.Max(1, input.TotalBytes / (2L * d));
        var batch = Math.Min(rows, AutoPolicy.RandomBatchSize(centerCount, d, options.MiniBatchSize)) * d * (sizeof(double) + sizeof(float));
        var kept = (Int128)rows * d <= options.RowBudget ? rows * d * sizeof(float) : 0;
        var sample = 2L * options.SummaryRows.For(rows, d, options.ClusterCount) * d * sizeof(float);
        var waiting = (64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)input.Partitions.Count)) * (long)centerCount * d * sizeof(double);
        return ProgramBytes + batch + kept + sample + waiting;
    }

    /// <summary>What each thread has: a tile or two, a reader, and the centers as statistics, as means, as sums and as packed.</summary>
    private static long ThreadBytes(InputSet input, int centerCount, int tile, int copies)
    {
        var d = input.FeatureCount;
        var rows = Math.Max(16, tile / d);
        return (copies * rows * ((long)d + 8) * sizeof(float)) + Math.Min(input.Columns.Count * ReaderBytesPerColumn, MostReaderBytes) + ((long)centerCount * d * ((4 * sizeof(double)) + sizeof(float)));
    }
}
