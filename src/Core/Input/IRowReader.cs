using System.Numerics;

namespace KMeans.Input;

/// <summary>Reads one range of one file from its first row to its last. Not thread-safe: one reader a thread.</summary>
public interface IRowReader : IDisposable
{
    /// <summary>Appends the next rows to a batch: samples transformed, weights as they are, row indices.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="batch">In/out; rows are written from <see cref="RowBatch{T}.Count"/> on, and the count is raised.</param>
    /// <param name="maxRows">At most so many rows, and never more than the batch has room for.</param>
    /// <returns>Rows appended: 0 only at the end of the range or where no room was given.</returns>
    /// <remarks>Nulls, empty fields and NaN are written as NaN, infinities as they are; deciding about them is the caller's. Allocates nothing once warm.</remarks>
    /// <exception cref="InputException">The file is damaged, or a field is not a number: names the file, row and column.</exception>
    int Read<T>(RowBatch<T> batch, int maxRows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Passes over rows as cheaply as the format allows.</summary>
    /// <param name="rows">How many.</param>
    /// <returns>Rows passed over: less than asked for only at the end of the range.</returns>
    long Skip(long rows);
}
