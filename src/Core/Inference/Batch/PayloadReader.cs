using System.Buffers;
using KMeans.Input.RecordIO;

namespace KMeans.Inference.Batch;

/// <summary>Cuts a stream into payloads. Memory is bounded by the largest payload.</summary>
/// <param name="stream">The bytes; not disposed.</param>
/// <param name="name">What the bytes are of, for messages.</param>
/// <param name="options">Where to cut.</param>
internal sealed class PayloadReader(Stream stream, string name, BatchOptions options) : IDisposable
{
    private const int FirstBytes = 64 << 10;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBytes);
    private int start;
    private int end;
    private bool isAtEnd;
    private long pieces;

    /// <summary>Reads the next payload. One of line ends alone is none.</summary>
    /// <param name="payload">Out: valid until the next call.</param>
    /// <returns>False at the end.</returns>
    /// <exception cref="InputException">A piece is larger than a payload may be, or a record is damaged.</exception>
    public bool TryRead(out ReadOnlySpan<byte> payload)
    {
        do
        {
            var length = Find();
            payload = buffer.AsSpan(start, length);
            start += length;
            if (length == 0)
            {
                return false;
            }
        }
        while (options.Split == PayloadSplit.Line && !payload.ContainsAnyExcept((byte)'\n', (byte)'\r'));
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }

    /// <summary>The length of the next payload, all of which is in the buffer then; 0 at the end.</summary>
    private int Find()
    {
        while (true)
        {
            // As many pieces as fit are known where more is held than fits, or all there is.
            var isEnough = isAtEnd || end - start > options.MostPayloadBytes;
            if (isEnough || (!options.IsMultiRecord && options.Split != PayloadSplit.None))
            {
                var length = Cut(buffer.AsSpan(start, end - start));
                if (length > 0 || (isAtEnd && start == end))
                {
                    return length;
                }

                if (isEnough)
                {
                    throw TooLarge();
                }
            }

            Fill();
        }
    }

    /// <summary>The length of the payload at the beginning of what is held; 0 where none is whole or small enough.</summary>
    private int Cut(ReadOnlySpan<byte> held)
    {
        var fits = held[..Math.Min(held.Length, options.MostPayloadBytes)];
        var isAll = isAtEnd && fits.Length == held.Length;
        switch (options.Split)
        {
            case PayloadSplit.RecordIO:
                return Records(held, fits.Length);
            case PayloadSplit.Line when isAll && options.IsMultiRecord:
                return fits.Length;
            case PayloadSplit.Line:
                var length = (options.IsMultiRecord ? fits.LastIndexOf((byte)'\n') : fits.IndexOf((byte)'\n')) + 1;
                return length == 0 && isAll ? fits.Length : length;
            default:
                return isAll ? fits.Length : 0;
        }
    }

    private int Records(ReadOnlySpan<byte> held, int most)
    {
        var length = 0;
        for (var count = 0; held.Length - length >= RecordHeader.Length || (isAtEnd && length < held.Length); count++)
        {
            var rest = held[length..];
            if (RecordHeader.Parse(rest[..Math.Min(RecordHeader.Length, rest.Length)], length, isAtEnd ? held.Length : long.MaxValue, out var payload) is { } problem)
            {
                throw new InputException($"{name}: record {pieces + 1} {problem}");
            }

            var padded = RecordHeader.PaddedLength(payload);
            if (length + padded > most || (count > 0 && !options.IsMultiRecord))
            {
                break;
            }

            length += (int)padded;
            pieces++;
        }

        return length;
    }

    /// <summary>Reads more behind what is held, which moves to the front.</summary>
    private void Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        if (end == buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(2 * end);
            buffer.AsSpan(0, end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        var read = stream.Read(buffer, end, buffer.Length - end);
        isAtEnd = read == 0;
        end += read;
    }

    private InputException TooLarge()
    {
        var what = options.Split switch { PayloadSplit.Line => "has a line that is", PayloadSplit.RecordIO => $"record {pieces + 1} is", _ => "is not split, and is" };
        return new InputException($"{name}: {what} larger than MaxPayloadInMB ({options.MostPayloadBytes >> 20} MB); {(options.Split == PayloadSplit.None ? "give a SplitType, or raise it" : "raise it")}.");
    }
}
