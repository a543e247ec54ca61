using System.Buffers;
using System.Runtime.InteropServices;
using KMeans.Input.Csv;
using KMeans.Input.Elements;
using KMeans.Input.RecordIO;

namespace KMeans.Inference;

/// <summary>Reads rows of CSV: numbers separated by commas, a row a line, the last line with or without its end, no header, no label. Blank lines are no rows.</summary>
/// <param name="sink">Where rows go.</param>
internal sealed class CsvRows(RowSink sink)
{
    private const byte Delimiter = (byte)',';
    private readonly double[] values = new double[sink.FeatureCount];

    /// <summary>Reads a body. O(bytes).</summary>
    /// <param name="body">UTF-8 text, with or without a byte order mark.</param>
    /// <exception cref="InputException">A row is no row of the model; the message names it.</exception>
    public void Read(ReadOnlySpan<byte> body)
    {
        body = body.StartsWith("\uFEFF"u8) ? body[3..] : body;
        var last = body.LastIndexOf((byte)'\n') + 1;
        ReadLines(body[..last]);
        if (last == body.Length)
        {
            return;
        }

        // The number parser wants a byte after each number.
        var line = ArrayPool<byte>.Shared.Rent(body.Length - last + 1);
        body[last..].CopyTo(line);
        line[body.Length - last] = (byte)'\n';
        ReadLines(line.AsSpan(0, body.Length - last + 1));
        ArrayPool<byte>.Shared.Return(line);
    }

    /// <summary>Reads whole lines.</summary>
    private void ReadLines(ReadOnlySpan<byte> text)
    {
        var start = 0;
        while (start < text.Length)
        {
            if (text[start] == '\n')
            {
                start++;
            }
            else if (text[start] == '\r' && text[start + 1] == '\n')
            {
                start += 2;
            }
            else
            {
                start = ReadRow(text, start);
                sink.Add(MemoryMarshal.AsBytes(values.AsSpan()), ElementType.Float64);
            }
        }
    }

    /// <summary>Reads one row into the values.</summary>
    /// <returns>Index after its line end.</returns>
    private int ReadRow(ReadOnlySpan<byte> text, int start)
    {
        var row = values;
        for (var column = 0; ; column++)
        {
            var end = start + CsvNumber.ReadPrefix(text[start..], out var value);
            if (end == start || !CsvFields.IsEnd(text, Delimiter, ref end))
            {
                var lastBreak = -1;
                end = CsvFields.End(text, start, Delimiter, ref lastBreak);
                if (end < 0)
                {
                    throw new InputException($"row {sink.NextRow} has a quote that is not closed; send numbers without quotes.");
                }

                if (CsvFields.Read(text, start, end, out value) == FieldContent.Text)
                {
                    throw NotANumber(text[start..end], column);
                }
            }

            if (column < row.Length)
            {
                row[column] = value;
            }

            if (text[end] == '\n')
            {
                return column + 1 == row.Length ? end + 1 : throw new InputException($"row {sink.NextRow} {Tensor.WrongWidth(column + 1, row.Length)}");
            }

            start = end + 1;
        }
    }

    private InputException NotANumber(ReadOnlySpan<byte> field, int column) => new(
        $"row {sink.NextRow}, value {column + 1}: '{CsvFields.Excerpt(field)}' is not a number; send numbers separated by commas, a row a line, without a header.");
}
