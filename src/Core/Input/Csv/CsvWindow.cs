using System.Buffers;

namespace KMeans.Input.Csv;

/// <summary>A reused buffer that moves forwards over a text. A row is parsed where it lies; where it is cut, the window moves and the row is parsed again.</summary>
/// <remarks>The byte after the last valid one is always a line end, so that a parser needs no bounds: it asks afterwards whether it ran into that one.</remarks>
internal sealed class CsvWindow : IDisposable
{
    /// <summary>The longest line, with the quoted line breaks in it.</summary>
    public const int MaxLineBytes = 64 << 20;

    private const int InitialBytes = 1 << 20;

    /// <summary>Room for the line end after the last byte.</summary>
    private const int Slack = 1;

    private readonly ForwardBytes bytes;
    private readonly string path;
    private long bufferOffset;

    /// <summary>Creates an empty window.</summary>
    /// <param name="bytes">What is read; disposed with the window.</param>
    /// <param name="offset">Position of its first byte in the text.</param>
    /// <param name="path">Begins every message.</param>
    public CsvWindow(ForwardBytes bytes, long offset, string path)
    {
        this.bytes = bytes;
        this.path = path;
        bufferOffset = offset;
        Buffer = ArrayPool<byte>.Shared.Rent(InitialBytes + Slack);
        Buffer[0] = (byte)'\n';
    }

    /// <summary>The bytes; those from <see cref="Position"/> to <see cref="Limit"/> are valid and unread.</summary>
    public byte[] Buffer { get; private set; }

    /// <summary>Where the next row begins in the buffer.</summary>
    public int Position { get; set; }

    /// <summary>One past the last valid byte; a line end stands here.</summary>
    public int Limit { get; private set; }

    /// <summary>Whether no byte follows the last valid one.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>Where the next row begins in the text.</summary>
    public long Offset => OffsetOf(Position);

    /// <summary>The valid bytes and the line end after them, indexed as the buffer is.</summary>
    public ReadOnlySpan<byte> Text => Buffer.AsSpan(0, Limit + 1);

    /// <summary>Where a byte of the buffer is in the text.</summary>
    /// <param name="index">Its index in the buffer.</param>
    /// <returns>Its position in the text.</returns>
    public long OffsetOf(int index) => bufferOffset + index;

    /// <summary>Moves unread bytes to the front and reads more behind them. Indices into the buffer change.</summary>
    /// <returns>False where nothing follows.</returns>
    /// <exception cref="InputException">The line that is being read is too long.</exception>
    public bool Fill()
    {
        if (IsAtEnd)
        {
            return false;
        }

        var unread = Limit - Position;
        if (unread > MaxLineBytes)
        {
            throw new InputException(
                $"{path}: the line at byte {Offset + 1} is longer than {MaxLineBytes >> 20} MiB; a quote may be missing its closing one, or line ends are missing, so check the file.");
        }

        var target = Buffer;
        if (unread + Slack > Buffer.Length / 2)
        {
            target = ArrayPool<byte>.Shared.Rent(2 * Buffer.Length);
        }

        Buffer.AsSpan(Position, unread).CopyTo(target);
        if (target != Buffer)
        {
            ArrayPool<byte>.Shared.Return(Buffer);
            Buffer = target;
        }

        bufferOffset += Position;
        Position = 0;
        Limit = unread;

        // At least as much again as there is, so that parsing a long row anew each time takes twice its length at most.
        var capacity = Math.Min(Buffer.Length - Slack, MaxLineBytes + 1);
        do
        {
            var read = bytes.Read(Buffer.AsSpan(Limit, capacity - Limit));
            IsAtEnd = read == 0;
            Limit += read;
        }
        while (!IsAtEnd && Limit < Math.Min(2 * unread, capacity));

        Buffer[Limit] = (byte)'\n';
        return Limit > unread;
    }

    /// <summary>Moves forwards to a position in the text.</summary>
    /// <param name="offset">Not before the current one; the end of the text where it is beyond it.</param>
    public void MoveTo(long offset)
    {
        while (offset > OffsetOf(Limit))
        {
            Position = Limit;
            if (!Fill())
            {
                return;
            }
        }

        Position += (int)(offset - Offset);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        bytes.Dispose();
        if (Buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(Buffer);
            Buffer = [];
            (Position, Limit, IsAtEnd) = (0, -1, true);
        }
    }
}
