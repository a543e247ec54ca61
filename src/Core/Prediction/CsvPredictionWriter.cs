using System.Buffers;
using System.Globalization;
using System.Text;
using KMeans.Input;
using KMeans.Input.Csv;

namespace KMeans.Prediction;

/// <summary>Writes predictions as CSV (RFC 4180, UTF-8, lines end with LF): a missing value is an empty field, a number has as many digits as tell it apart.</summary>
internal sealed class CsvPredictionWriter : IPredictionWriter
{
    private const int BufferBytes = 1 << 20;
    private const int LongestNumber = 32;
    private readonly Stream stream;
    private readonly ArrayBufferWriter<byte> buffer = new(BufferBytes + (1 << 16));

    /// <summary>Begins a file with its header.</summary>
    /// <param name="stream">Written to; disposed with this.</param>
    /// <param name="kept">The kept columns.</param>
    /// <param name="tellsOutliers">Whether outliers are told.</param>
    public CsvPredictionWriter(Stream stream, IReadOnlyList<KeptColumn> kept, bool tellsOutliers)
    {
        this.stream = stream;
        foreach (var column in kept)
        {
            Add(column.Name);
            Add(',');
        }

        Add(PredictionBatch.LabelName);
        Add(',');
        Add(PredictionBatch.DistanceName);
        if (tellsOutliers)
        {
            Add(',');
            Add(PredictionBatch.OutlierName);
        }

        Add('\n');
    }

    /// <inheritdoc/>
    public void Write(PredictionBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            foreach (var column in batch.Kept)
            {
                if (!column.Missing[i])
                {
                    Add(column, i);
                }

                Add(',');
            }

            if (batch.Missing[i])
            {
                Add(',');
            }
            else
            {
                Add<int>(batch.Labels[i]);
                Add(',');
                Add<double>(batch.Distances[i]);
            }

            if (batch.Outliers is { } outliers)
            {
                Add(',');
                if (!batch.Missing[i])
                {
                    Add<int>(outliers[i]);
                }
            }

            Add('\n');
            if (buffer.WrittenCount >= BufferBytes)
            {
                Flush();
            }
        }
    }

    /// <inheritdoc/>
    public void Finish()
    {
        Flush();
        stream.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private void Flush()
    {
        stream.Write(buffer.WrittenSpan);
        buffer.ResetWrittenCount();
    }

    private void Add(ValueColumn column, int row)
    {
        switch (column.Kind)
        {
            case ValueKind.Whole:
                Add<long>(column.Wholes[row]);
                break;
            case ValueKind.Real:
                Add<double>(column.Reals[row]);
                break;
            default:
                Add(column.Texts[row]!);
                break;
        }
    }

    private void Add<T>(T number)
        where T : IUtf8SpanFormattable
    {
        number.TryFormat(buffer.GetSpan(LongestNumber), out var written, default, CultureInfo.InvariantCulture);
        buffer.Advance(written);
    }

    private void Add(char ascii)
    {
        buffer.GetSpan(1)[0] = (byte)ascii;
        buffer.Advance(1);
    }

    private void Add(string text)
    {
        text = CsvFields.Quote(text);
        buffer.Advance(Encoding.UTF8.GetBytes(text, buffer.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
    }
}
