using System.Numerics;

namespace KMeans.Input;

/// <summary>Reads several runs of rows of one file in turn and passes over what lies between them.</summary>
/// <param name="inner">A reader at the file's first row; disposed with this one.</param>
/// <param name="runs">In order and disjoint.</param>
internal sealed class RunReader(IRowReader inner, IReadOnlyList<FileRange> runs) : IRowReader
{
    private long position;
    private int run;

    /// <inheritdoc/>
    public int Read<T>(RowBatch<T> batch, int maxRows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!Settle())
        {
            return 0;
        }

        var read = inner.Read(batch, (int)Math.Min(maxRows, runs[run].End - position));
        position += read;
        return read;
    }

    /// <inheritdoc/>
    public long Skip(long rows)
    {
        var skipped = 0L;
        while (skipped < rows && Settle())
        {
            var some = inner.Skip(Math.Min(rows - skipped, runs[run].End - position));
            if (some == 0)
            {
                break;
            }

            position += some;
            skipped += some;
        }

        return skipped;
    }

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    /// <summary>Moves to the next row that is in a run.</summary>
    /// <returns>False behind the last.</returns>
    private bool Settle()
    {
        while (run < runs.Count && position >= runs[run].End)
        {
            run++;
        }

        if (run == runs.Count)
        {
            return false;
        }

        if (position < runs[run].Start)
        {
            inner.Skip(runs[run].Start - position);
            position = runs[run].Start;
        }

        return true;
    }
}
