using System.Buffers;

namespace KMeans.Inference.Batch;

/// <summary>Answers all rows of a file, a payload at a time, in their order.</summary>
public static class FileTransform
{
    private const int RowsAtOnce = 4096;

    /// <summary>Reads rows and writes their answers. O(bytes + n k d); memory is bounded by the largest payload.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="name">What they are of, for messages.</param>
    /// <param name="output">The answers.</param>
    /// <param name="model">The model; others may use it meanwhile.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Stops within a payload.</param>
    /// <returns>Rows that were answered; an empty file has none.</returns>
    /// <exception cref="InputException">A row is none of the model's, or a piece is larger than a payload may be; the message names the file.</exception>
    public static long Run(Stream input, string name, Stream output, InferenceModel model, BatchOptions options, CancellationToken cancellation)
    {
        var rows = 0L;
        var writer = new ArrayBufferWriter<byte>();
        var joined = new ArrayBufferWriter<byte>();
        using var payloads = new PayloadReader(input, name, options);
        while (payloads.TryRead(out var payload))
        {
            cancellation.ThrowIfCancellationRequested();
            writer.ResetWrittenCount();
            using var predictions = Evaluate(model, payload, name, options.Input, rows);
            rows += predictions.Count;
            for (var first = 0; first < predictions.Count; first += RowsAtOnce)
            {
                AnswerFormat.Of(options.Output).Write(predictions, first, Math.Min(RowsAtOnce, predictions.Count - first), writer);
                if (!options.JoinsInput)
                {
                    output.Write(writer.WrittenSpan);
                    EndLine(output, writer.WrittenSpan, options.AssemblesLines && first + RowsAtOnce >= predictions.Count);
                    writer.ResetWrittenCount();
                }
            }

            if (options.JoinsInput)
            {
                joined.ResetWrittenCount();
                RowJoin.Write(payload, writer.WrittenSpan, options.Output, joined);
                output.Write(joined.WrittenSpan);
                EndLine(output, joined.WrittenSpan, options.AssemblesLines);
            }
        }

        return rows;
    }

    private static void EndLine(Stream output, ReadOnlySpan<byte> written, bool isWanted)
    {
        if (isWanted && !written.EndsWith("\n"u8))
        {
            output.Write("\n"u8);
        }
    }

    private static Predictions Evaluate(InferenceModel model, ReadOnlySpan<byte> payload, string name, InferenceFormat format, long rows)
    {
        try
        {
            return model.Evaluate(payload, format, rows);
        }
        catch (InputException e)
        {
            throw new InputException($"{name}: {e.Message}", e);
        }
    }
}
