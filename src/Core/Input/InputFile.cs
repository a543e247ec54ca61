using KMeans.Preparation;

namespace KMeans.Input;

/// <summary>One open input file: its schema, its size, and readers over parts of it. Thread-safe; readers are not.</summary>
public abstract class InputFile : IDisposable
{
    /// <summary>Opens nothing itself: takes over the source, which is disposed with the file.</summary>
    /// <param name="source">The file's bytes.</param>
    /// <param name="format">The format's name on the command line: "parquet".</param>
    protected InputFile(ByteSource source, string format)
    {
        Source = source;
        Format = format;
    }

    /// <summary>The path as the user gave it or as it was found under a given folder.</summary>
    public string Path => Source.Path;

    /// <summary>The format's name on the command line.</summary>
    public string Format { get; }

    /// <summary>The file's bytes.</summary>
    public ByteSource Source { get; }

    /// <summary>All columns in file order, those that cannot be features included.</summary>
    public abstract IReadOnlyList<InputColumn> Columns { get; }

    /// <summary>Whether the columns have names of their own. Where not, columns match by position.</summary>
    public abstract bool HasColumnNames { get; }

    /// <summary>The number of rows, or null where only reading would tell (CSV).</summary>
    public abstract long? RowCount { get; }

    /// <summary>The steps that made the columns of raw ones; null where none are known.</summary>
    public virtual Recipe? Recipe => null;

    /// <summary>Whether reading can begin anywhere. A gzip file can only be read from its start, in one range.</summary>
    public virtual bool CanSeek => true;

    /// <summary>
    /// Rows between two runs that are better read than passed over. Where columns lie apart decoding goes by pages and takes a few nanoseconds a value, while finding a place in a page and going on
    /// from it takes a hundred.
    /// </summary>
    internal virtual int LongestGap => 32;

    /// <summary>Opens a reader.</summary>
    /// <param name="range">Rows, or bytes where <see cref="RowCount"/> is null.</param>
    /// <param name="selection">Columns in feature order; each is numeric.</param>
    /// <param name="transform">Length d; the identity gives raw values.</param>
    /// <returns>A reader at the range's first row.</returns>
    public abstract IRowReader OpenRows(FileRange range, ColumnSelection selection, ColumnTransform transform);

    /// <summary>Opens a reader of several runs of rows, one after the other, as one sequence.</summary>
    /// <param name="runs">In order and disjoint, of rows; at least one.</param>
    /// <param name="selection">As in <see cref="OpenRows"/>.</param>
    /// <param name="transform">As in <see cref="OpenRows"/>.</param>
    /// <returns>A reader at the first run's first row. One read stays within a run.</returns>
    /// <remarks>A file that is far away fetches all runs at once.</remarks>
    public virtual IRowReader OpenRuns(IReadOnlyList<FileRange> runs, ColumnSelection selection, ColumnTransform transform) =>

        // From the file's start on, for a reader takes it that the rows which its range begins with are only the first of many.
        new RunReader(OpenRows(new FileRange(0, runs[^1].End), selection, transform), runs);

    /// <summary>Says that a range will be read soon: see <see cref="ByteSource.Prefetch"/>.</summary>
    /// <param name="range">As in <see cref="OpenRows"/>.</param>
    /// <param name="selection">The columns that will be read.</param>
    public virtual void Prefetch(FileRange range, ColumnSelection selection)
    {
        if (RowCount is null && CanSeek)
        {
            Source.Prefetch(range.Start, range.End - range.Start);
        }
    }

    /// <summary>Opens a reader of whole values, text included, for columns that are copied and not computed with.</summary>
    /// <param name="range">As in <see cref="OpenRows"/>: both readers give the same rows in the same order.</param>
    /// <param name="ordinals">Positions in <see cref="Columns"/>.</param>
    /// <returns>A reader at the range's first row.</returns>
    /// <exception cref="InputException">A column's type cannot be copied (nested).</exception>
    public abstract IValueReader OpenValues(FileRange range, IReadOnlyList<int> ordinals);

    /// <summary>Where a row is, for an error message: "row 12" or "line 13". Slow is fine: it is asked once, on failure.</summary>
    /// <param name="range">The range that was being read.</param>
    /// <param name="row">The row's index as in <see cref="RowBatch{T}.Rows"/>.</param>
    /// <returns>1-based, as editors and people count.</returns>
    public virtual string Locate(FileRange range, long row) => $"row {row + 1}";

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the file.</summary>
    /// <param name="disposing">False from a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Source.Dispose();
        }
    }
}
