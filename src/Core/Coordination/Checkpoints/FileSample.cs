using KMeans.Input;

namespace KMeans.Coordination;

/// <summary>Knows a file by a little of its content, where its time of change says nothing because it was copied.</summary>
internal static class FileSample
{
    private const int PieceBytes = 64 << 10;

    /// <summary>Hashes the first, the middle and the last 64 KiB.</summary>
    /// <param name="source">The file; one that a worker lists is opened here, where it is too.</param>
    /// <returns>The hash.</returns>
    public static ulong Hash(ByteSource source)
    {
        if (source is not LocalByteSource)
        {
            using var local = new LocalByteSource(source.Path);
            return Hash(local);
        }

        var hash = new ContentHash();
        var buffer = new byte[PieceBytes];
        foreach (var offset in new[] { 0, Math.Max(0, (source.Length - PieceBytes) / 2), Math.Max(0, source.Length - PieceBytes) })
        {
            hash.Append(buffer.AsSpan(0, source.Read(offset, buffer)));
        }

        return hash.Value;
    }
}
