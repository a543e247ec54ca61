using System.Numerics;

namespace KMeans.Input;

/// <summary>Cuts an input into partitions. A function of the feature count and of the files' row counts (or bytes), of nothing else.</summary>
/// <remarks>Not of the machine, the threads, the row groups or the paths: that is what makes the answer the same everywhere.</remarks>
internal static class PartitionPlan
{
    /// <summary>Bytes of a CSV file a partition.</summary>
    public const long BytesPerPartition = 8L << 20;

    private const long ValuesPerPartition = 8L << 20;
    private const int LeastRows = 1 << 10;
    private const int MostRows = 1 << 16;

    /// <summary>Rows a partition: the power of two at or below 8 Mi / d, between 1,024 and 65,536.</summary>
    /// <param name="featureCount">d.</param>
    /// <returns>So many values that starting and merging a partition costs little beside it, and so few that 1 GB gives every core several.</returns>
    public static int RowsPerPartition(int featureCount)
    {
        var rows = Math.Clamp(ValuesPerPartition / featureCount, LeastRows, MostRows);
        return 1 << BitOperations.Log2((ulong)rows);
    }

    /// <summary>Makes the partitions.</summary>
    /// <param name="files">In order.</param>
    /// <param name="featureCount">d.</param>
    /// <returns>Partitions that cover every row once. Where all row counts are known they cross files; otherwise each file is cut for itself.</returns>
    public static List<Partition> Make(IReadOnlyList<InputFile> files, int featureCount)
    {
        var rowsPerPartition = RowsPerPartition(featureCount);
        return files.All(file => file.RowCount is not null) ? AcrossFiles(files, rowsPerPartition) : FileByFile(files, rowsPerPartition);
    }

    /// <summary>One more than the largest key that a row of the files can have.</summary>
    /// <param name="files">In order.</param>
    /// <returns>As many as there are rows, where all row counts are known.</returns>
    public static long KeyCount(IReadOnlyList<InputFile> files) =>
        files.All(file => file.RowCount is not null) ? files.Sum(file => file.RowCount!.Value) : files.Sum(KeySpan);

    /// <summary>A gzip file unpacks to at most about 1,030 times its size; its rows' keys must not meet the next file's.</summary>
    private static long KeySpan(InputFile file)
    {
        var extent = file.RowCount ?? file.Source.Length;
        return file.CanSeek ? extent : Math.Max(extent, 1) * 2048;
    }

    private static List<Partition> AcrossFiles(IReadOnlyList<InputFile> files, int rowsPerPartition)
    {
        var partitions = new List<Partition>();
        var segments = new List<PartitionSegment>();
        var room = (long)rowsPerPartition;
        var firstRow = 0L;
        for (var f = 0; f < files.Count; f++)
        {
            var rows = files[f].RowCount!.Value;
            for (var start = 0L; start < rows;)
            {
                var end = Math.Min(rows, start + room);
                segments.Add(new PartitionSegment(f, new FileRange(start, end), firstRow));
                room -= end - start;
                start = end;
                if (room == 0)
                {
                    partitions.Add(new Partition(partitions.Count, segments.ToArray()));
                    segments.Clear();
                    room = rowsPerPartition;
                }
            }

            firstRow += rows;
        }

        if (segments.Count > 0)
        {
            partitions.Add(new Partition(partitions.Count, segments.ToArray()));
        }

        return partitions;
    }

    private static List<Partition> FileByFile(IReadOnlyList<InputFile> files, int rowsPerPartition)
    {
        var partitions = new List<Partition>();
        var keyBase = 0L;
        for (var f = 0; f < files.Count; f++)
        {
            var file = files[f];
            var extent = file.RowCount ?? file.Source.Length;
            var step = file.RowCount is null ? BytesPerPartition : rowsPerPartition;
            if (!file.CanSeek)
            {
                partitions.Add(new Partition(partitions.Count, [new PartitionSegment(f, new FileRange(0, long.MaxValue), keyBase)]));
                keyBase += KeySpan(file);
                continue;
            }

            for (var start = 0L; start < extent; start += step)
            {
                // Rows known by index count from the file's start, rows of a byte range from the range's.
                var segment = new PartitionSegment(f, new FileRange(start, Math.Min(extent, start + step)), file.RowCount is null ? keyBase + start : keyBase);
                partitions.Add(new Partition(partitions.Count, [segment]));
            }

            keyBase += KeySpan(file);
        }

        return partitions;
    }
}
