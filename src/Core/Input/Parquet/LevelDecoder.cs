using System.Buffers.Binary;

namespace KMeans.Input.Parquet;

/// <summary>Decodes the definition or repetition levels of one page into bytes.</summary>
internal sealed class LevelDecoder
{
    private readonly HybridDecoder runs = new();
    private readonly int maxLevel;
    private readonly int bitWidth;
    private byte[] data = [];
    private long packedBit = -1;

    /// <summary>Creates a decoder.</summary>
    /// <param name="maxLevel">The highest level, 1 to 255.</param>
    public LevelDecoder(int maxLevel)
    {
        this.maxLevel = maxLevel;
        bitWidth = 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)maxLevel);
    }

    /// <summary>Starts the levels of a version 1 page.</summary>
    /// <param name="bytes">The decompressed page.</param>
    /// <param name="start">Where the levels begin.</param>
    /// <param name="end">One past the page.</param>
    /// <param name="encoding">RLE, or BIT_PACKED in old files.</param>
    /// <param name="count">Levels in the page.</param>
    /// <returns>Where the next part of the page begins.</returns>
    public int Begin(byte[] bytes, int start, int end, PageEncoding encoding, int count)
    {
        if (encoding == PageEncoding.BitPacked)
        {
            var packedBytes = (((long)count * bitWidth) + 7) / 8;
            if (packedBytes > end - start)
            {
                throw new InvalidDataException("a page's levels are longer than the page");
            }

            data = bytes;
            packedBit = (long)start * 8;
            return start + (int)packedBytes;
        }

        if (encoding != PageEncoding.Rle)
        {
            throw new InvalidDataException($"levels in the encoding {ParquetNames.Of(encoding)}");
        }

        if (end - start < 4)
        {
            throw new InvalidDataException("a page ends inside its levels");
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(start));
        if (length > end - start - 4)
        {
            throw new InvalidDataException("a page's levels are longer than the page");
        }

        Begin(bytes, start + 4, start + 4 + (int)length);
        return start + 4 + (int)length;
    }

    /// <summary>Starts the levels of a version 2 page.</summary>
    /// <param name="bytes">The page.</param>
    /// <param name="start">Where the levels begin.</param>
    /// <param name="end">One past them.</param>
    public void Begin(byte[] bytes, int start, int end)
    {
        packedBit = -1;
        runs.Begin(bytes, start, end, bitWidth);
    }

    /// <summary>Reads levels.</summary>
    /// <param name="levels">Out, filled whole; each at most the maximum.</param>
    public void Read(Span<byte> levels)
    {
        if (packedBit < 0)
        {
            runs.Read(levels);
        }
        else
        {
            ReadPacked(levels);
        }

        // A maximum of all ones in its bits cannot be exceeded.
        if ((maxLevel & (maxLevel + 1)) != 0 && levels.IndexOfAnyExceptInRange((byte)0, (byte)maxLevel) >= 0)
        {
            throw new InvalidDataException("a level is too high");
        }
    }

    /// <summary>The deprecated order: each level's bits from the most significant on, bytes filled from their most significant bit.</summary>
    private void ReadPacked(Span<byte> levels)
    {
        for (var i = 0; i < levels.Length; i++)
        {
            var level = 0;
            for (var b = 0; b < bitWidth; b++, packedBit++)
            {
                level = (level << 1) | ((data[packedBit >> 3] >> (7 - (int)(packedBit & 7))) & 1);
            }

            levels[i] = (byte)level;
        }
    }
}
