using System.Globalization;
using KMeans.Input;

namespace KMeans.Prediction;

/// <summary>Reads the kept columns of a partition's rows in step with their samples. Not thread-safe.</summary>
/// <param name="input">The input.</param>
/// <param name="kept">The columns.</param>
/// <param name="capacity">The most rows of a batch.</param>
internal sealed class KeptValueReader(InputSet input, KeptColumns kept, int capacity) : IDisposable
{
    private PartitionSegment? open;
    private IValueReader? reader;
    private ValueColumn[] scratch = [];

    /// <summary>Reads the next rows of a segment.</summary>
    /// <param name="segment">Where they are; another than the last one begins at its first row.</param>
    /// <param name="batch">Out: its kept columns.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="InputException">The segment has fewer rows than its samples.</exception>
    public void Read(PartitionSegment segment, PredictionBatch batch, int count)
    {
        if (kept.Columns.Count == 0)
        {
            return;
        }

        if (open != segment)
        {
            Open(segment);
        }

        var filled = 0;
        while (filled < count)
        {
            var got = reader!.Read(scratch, count - filled);
            if (got == 0)
            {
                throw new InputException($"{input.Files[segment.File].Path}: ends before its last row; it was changed while it was read.");
            }

            for (var j = 0; j < scratch.Length; j++)
            {
                Append(scratch[j], got, batch.Kept[j], filled);
            }

            filled += got;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        reader?.Dispose();
        reader = null;
        open = null;
    }

    private void Open(PartitionSegment segment)
    {
        Dispose();
        reader = input.Files[segment.File].OpenValues(segment.Range, kept.OrdinalsIn(segment.File));
        if (scratch.Length != reader.Kinds.Count || scratch.Where((column, j) => column.Kind != reader.Kinds[j]).Any())
        {
            scratch = reader.Kinds.Select(kind => new ValueColumn(kind, capacity)).ToArray();
        }

        open = segment;
    }

    private static void Append(ValueColumn from, int count, ValueColumn to, int start)
    {
        from.Missing.AsSpan(0, count).CopyTo(to.Missing.AsSpan(start));
        switch (from.Kind, to.Kind)
        {
            case (ValueKind.Whole, ValueKind.Whole):
                from.Wholes.AsSpan(0, count).CopyTo(to.Wholes.AsSpan(start));
                break;
            case (ValueKind.Real, ValueKind.Real):
                from.Reals.AsSpan(0, count).CopyTo(to.Reals.AsSpan(start));
                break;
            case (ValueKind.Text, ValueKind.Text):
                from.Texts.AsSpan(0, count).CopyTo(to.Texts.AsSpan(start));
                break;
            case (ValueKind.Whole, ValueKind.Real):
                for (var i = 0; i < count; i++)
                {
                    to.Reals[start + i] = from.Wholes[i];
                }

                break;
            default:
                for (var i = 0; i < count; i++)
                {
                    to.Texts[start + i] = from.Kind == ValueKind.Whole ? from.Wholes[i].ToString(CultureInfo.InvariantCulture) : from.Reals[i].ToString("R", CultureInfo.InvariantCulture);
                }

                break;
        }
    }
}
