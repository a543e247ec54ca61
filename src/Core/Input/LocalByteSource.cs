using Microsoft.Win32.SafeHandles;

namespace KMeans.Input;

/// <summary>A file of this machine's file system.</summary>
public sealed class LocalByteSource : ByteSource
{
    private readonly SafeFileHandle handle;
    private readonly Lazy<SafeFileHandle?> direct;
    private DirectBlocks? blocks;

    /// <summary>Opens a file for shared reading.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="InputException">It does not exist, is a folder, a pipe or a device, or may not be read.</exception>
    public LocalByteSource(string path)
    {
        Path = path;
        direct = new(() => DirectBlocks.OpenDirect(path));
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Length = RandomAccess.GetLength(handle);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            handle?.Dispose();
            throw new InputException($"{path}: {Reason(path, e)}", e);
        }
    }

    /// <inheritdoc/>
    public override string Path { get; }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <summary>The file opened for reading around the page cache; null where that is not possible.</summary>
    internal SafeFileHandle? DirectHandle => direct.Value;

    /// <summary>Has prefetched bytes read around the page cache, or no longer.</summary>
    /// <param name="through">Where they are kept; null for the page cache.</param>
    internal void ReadThrough(DirectBlocks? through) => Volatile.Write(ref blocks, through);

    /// <inheritdoc/>
    protected override int ReadSome(long offset, Span<byte> buffer) =>
        Volatile.Read(ref blocks) is { } through && through.TryRead(this, offset, buffer, out var read) ? read : RandomAccess.Read(handle, buffer, offset);

    /// <inheritdoc/>
    protected override void PrefetchSome(long offset, long length)
    {
        if (Volatile.Read(ref blocks)?.Request(this, offset, length) != true)
        {
            FileAdvice.Prefetch(handle, offset, length);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        handle.Dispose();
        if (direct.IsValueCreated)
        {
            direct.Value?.Dispose();
        }
    }

    private static string Reason(string path, Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file; check the path.",
        UnauthorizedAccessException when Directory.Exists(path) => "this is a folder; name files in it or use the folder itself as input.",
        UnauthorizedAccessException => "permission to read it is denied.",
        NotSupportedException => "this is a pipe or a device; only regular files can be read.",
        _ => $"it cannot be read ({e.Message.TrimEnd('.')}).",
    };
}
