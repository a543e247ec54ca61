using KMeans.Input;

namespace KMeans.Inspection;

/// <summary>What an input holds.</summary>
/// <param name="FileCount">Files.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Formats">Their formats, each once.</param>
/// <param name="Rows">Rows, or null where only reading would tell and not all were read.</param>
/// <param name="RowsRead">Rows that the columns' numbers come from.</param>
/// <param name="PartitionCount">Partitions that a training would have; 0 where no column is numeric.</param>
/// <param name="Columns">All columns of the first file, in file order.</param>
public sealed record InputProfile(
    int FileCount, long Bytes, IReadOnlyList<string> Formats, long? Rows, long RowsRead, int PartitionCount, IReadOnlyList<ColumnProfile> Columns);

/// <summary>One column of an input.</summary>
/// <param name="Column">Its name and type.</param>
/// <param name="Values">What its values are; null where it was not read: it is no number, or was not chosen.</param>
public sealed record ColumnProfile(InputColumn Column, ValueProfile? Values);

/// <summary>What the values of a column are; those of a list column all together.</summary>
/// <param name="Count">Finite values.</param>
/// <param name="Missing">Null, empty or not a number.</param>
/// <param name="Infinite">Infinities.</param>
/// <param name="Min">The least finite value; NaN where there is none.</param>
/// <param name="Max">The greatest.</param>
/// <param name="Mean">The mean of the finite values.</param>
public sealed record ValueProfile(long Count, long Missing, long Infinite, double Min, double Max, double Mean);
