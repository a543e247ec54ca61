namespace KMeans.Input;

/// <summary>The unit of work, fixed by the data alone: a run of rows that may cross files.</summary>
/// <param name="Index">Position in the input's order, 0-based.</param>
/// <param name="Segments">The parts of files it is made of, in order.</param>
public sealed record Partition(int Index, IReadOnlyList<PartitionSegment> Segments);

/// <summary>The part of a partition that lies in one file.</summary>
/// <param name="File">The file's position in the input.</param>
/// <param name="Range">Rows or bytes of it.</param>
/// <param name="KeyBase">A row's key, the number that every random decision about it is drawn from, is this plus its index in <see cref="RowBatch{T}.Rows"/>: the global row index where row counts are known, a number unique in the input elsewhere.</param>
public readonly record struct PartitionSegment(int File, FileRange Range, long KeyBase);
