using System.Buffers;

namespace KMeans.Inference.Batch;

/// <summary>Puts answers behind the rows that they answer, as the reference product does: columns to CSV, a member "SageMakerOutput" to JSON.</summary>
internal static class RowJoin
{
    /// <summary>Joins a payload with its answer. O(bytes).</summary>
    /// <param name="payload">Rows that the model has taken.</param>
    /// <param name="answer">Its answer in the same format.</param>
    /// <param name="format">CSV, JSON or JSON lines.</param>
    /// <param name="output">Where the joined rows go; each line ends with a line feed.</param>
    public static void Write(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> answer, InferenceFormat format, IBufferWriter<byte> output)
    {
        if (format == InferenceFormat.Json)
        {
            WriteObject(payload.TrimEnd(" \t\r\n"u8), answer, output);
            return;
        }

        while (!answer.IsEmpty)
        {
            var result = NextLine(ref answer);
            var row = NextLine(ref payload);
            while (row.IsEmpty && !payload.IsEmpty)
            {
                // The model passes over blank lines too.
                row = NextLine(ref payload);
            }

            if (format == InferenceFormat.Csv)
            {
                output.Write(row);
                output.Write(","u8);
                output.Write(result);
            }
            else
            {
                WriteObject(row, result, output);
            }

            output.Write("\n"u8);
        }
    }

    private static ReadOnlySpan<byte> NextLine(scoped ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'\n');
        var line = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return line.TrimEnd(" \t\r"u8);
    }

    /// <summary>An object with one more member. It has others: a row has features.</summary>
    private static void WriteObject(ReadOnlySpan<byte> row, ReadOnlySpan<byte> result, IBufferWriter<byte> output)
    {
        output.Write(row[..^1].TrimEnd(" \t\r\n"u8));
        output.Write(",\"SageMakerOutput\":"u8);
        output.Write(result);
        output.Write("}"u8);
    }
}
