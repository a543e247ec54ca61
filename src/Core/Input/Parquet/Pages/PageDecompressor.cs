using System.IO.Compression;

namespace KMeans.Input.Parquet.Pages;

/// <summary>Decompresses pages. One for each thread.</summary>
internal sealed class PageDecompressor : IDisposable
{
    private ZstdLibrary.Context? zstd;

    /// <summary>Why pages of a codec cannot be read.</summary>
    /// <param name="codec">The codec.</param>
    /// <returns>"uses codec LZ4"; null where they can.</returns>
    public static string? Obstacle(PageCodec codec) => codec switch
    {
        PageCodec.Uncompressed or PageCodec.Snappy or PageCodec.Gzip or PageCodec.Brotli => null,
        PageCodec.Zstd => ZstdLibrary.IsAvailable ? null : "uses codec ZSTD without the system's libzstd installed",
        _ => $"uses codec {ParquetNames.Of(codec)}",
    };

    /// <summary>The most that so many compressed bytes can become, so that a declared size is checked before memory is taken for it.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="compressedBytes">Bytes in the file.</param>
    /// <returns>An upper bound: Snappy makes at most 64 bytes of 3, deflate 1032 of 1, Zstandard 128 KiB of 4, Brotli 16 MiB of a few.</returns>
    public static long LargestOutput(PageCodec codec, long compressedBytes) => compressedBytes * codec switch
    {
        PageCodec.Uncompressed => 1L,
        PageCodec.Snappy => 32L,
        PageCodec.Gzip => 1040L,
        PageCodec.Zstd => 1L << 16,
        _ => 1L << 20,
    };

    /// <summary>Decompresses one page.</summary>
    /// <param name="codec">One without an obstacle, and not uncompressed.</param>
    /// <param name="source">The array that holds the compressed bytes.</param>
    /// <param name="start">Where they begin.</param>
    /// <param name="length">How many there are.</param>
    /// <param name="target">Out, filled whole.</param>
    /// <exception cref="InvalidDataException">They are damaged or do not give that many bytes.</exception>
    public void Decompress(PageCodec codec, byte[] source, int start, int length, Span<byte> target)
    {
        var bytes = source.AsSpan(start, length);
        switch (codec)
        {
            case PageCodec.Snappy:
                SnappyDecoder.Decode(bytes, target);
                return;
            case PageCodec.Gzip:
                Inflate(source, start, length, target);
                return;
            case PageCodec.Brotli:
                if (!BrotliDecoder.TryDecompress(bytes, target, out var written) || written != target.Length)
                {
                    throw Damaged();
                }

                return;
            default:
                zstd ??= ZstdLibrary.Create();
                if (zstd.IsInvalid || !ZstdLibrary.Decompress(zstd, bytes, target))
                {
                    throw Damaged();
                }

                return;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => zstd?.Dispose();

    private static InvalidDataException Damaged() => new("a page does not decompress");

    private static void Inflate(byte[] source, int start, int length, Span<byte> target)
    {
        using var compressed = new MemoryStream(source, start, length, writable: false);
        using var stream = new GZipStream(compressed, CompressionMode.Decompress);
        stream.ReadExactly(target);
        if (stream.ReadByte() >= 0)
        {
            throw Damaged();
        }
    }
}
