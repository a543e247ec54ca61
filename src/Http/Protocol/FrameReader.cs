using System.Buffers.Binary;
using System.Text.Json;
using KMeans.Coordination;
using KMeans.Input;

namespace KMeans.Http.Protocol;

/// <summary>Reads an answer's frames. As a stream it gives the payload, and tells of progress on the way. Not thread-safe.</summary>
internal sealed class FrameReader : ForwardOnlyStream
{
    private readonly Stream inner;
    private readonly SilenceWatch watch;
    private readonly Action<long, double>? advanced;
    private readonly byte[] header = new byte[FrameWriter.HeaderBytes];
    private readonly byte[] buffer = new byte[64 << 10];
    private int start;
    private int end;
    private int left;
    private bool isComplete;

    /// <summary>Begins to read.</summary>
    /// <param name="inner">Where frames come from; disposed with this.</param>
    /// <param name="watch">Ends a read that takes too long; told of each that does not.</param>
    /// <param name="advanced">Told of progress, or null.</param>
    public FrameReader(Stream inner, SilenceWatch watch, Action<long, double>? advanced)
    {
        this.inner = inner;
        this.watch = watch;
        this.advanced = advanced;
    }

    /// <summary>Insists that the payload ended where its reader did.</summary>
    /// <exception cref="SummaryFormatException">There is more, or less.</exception>
    /// <exception cref="ProblemException">It failed at its end.</exception>
    public void RequireEnd()
    {
        if (left > 0 || (!isComplete && NextData()))
        {
            throw new SummaryFormatException("the answer goes on behind its payload.");
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.Length == 0 || (left == 0 && (isComplete || !NextData())))
        {
            return 0;
        }

        var read = Take(buffer[..Math.Min(buffer.Length, left)]);
        left -= read;
        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private static SummaryFormatException CutOff() => new("the answer is cut off.");

    /// <summary>Goes to the next frame of the payload.</summary>
    /// <returns>False at the payload's end.</returns>
    private bool NextData()
    {
        while (true)
        {
            Fill(header);
            var length = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(1));
            if (length < 0 || length > FrameWriter.MostBytes)
            {
                throw new SummaryFormatException($"the answer has a frame of {length} bytes where at most {FrameWriter.MostBytes} are possible.");
            }

            switch ((FrameType)header[0])
            {
                case FrameType.Progress when length == FrameWriter.ProgressBytes:
                    var progress = new byte[FrameWriter.ProgressBytes];
                    Fill(progress);
                    advanced?.Invoke(BinaryPrimitives.ReadInt64LittleEndian(progress), BinaryPrimitives.ReadDoubleLittleEndian(progress.AsSpan(sizeof(long))));
                    break;
                case FrameType.Data when length > 0:
                    left = length;
                    return true;
                case FrameType.End when length == 0:
                    isComplete = true;
                    return false;
                case FrameType.Problem:
                    throw new ProblemException(ReadProblem(length));
                default:
                    throw new SummaryFormatException($"the answer has a frame of type {header[0]} with {length} bytes, which is unknown.");
            }
        }
    }

    private Problem ReadProblem(int length)
    {
        var json = new byte[length];
        Fill(json);
        try
        {
            return JsonSerializer.Deserialize(json, ProtocolJson.Default.Problem) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new SummaryFormatException("the answer ends with a problem that cannot be read.", e);
        }
    }

    private void Fill(Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[Take(bytes)..];
        }
    }

    private int Take(Span<byte> bytes)
    {
        if (start == end)
        {
            // Only the asynchronous form can be ended. Whoever reads here is no thread of the shared pool's, so that waiting starves nobody.
            (start, end) = (0, inner.ReadAsync(buffer, watch.Token).AsTask().GetAwaiter().GetResult());
            if (end == 0)
            {
                throw CutOff();
            }

            watch.Heard();
        }

        var taken = Math.Min(bytes.Length, end - start);
        buffer.AsSpan(start, taken).CopyTo(bytes);
        start += taken;
        return taken;
    }
}
