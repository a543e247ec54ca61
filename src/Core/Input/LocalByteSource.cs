using Microsoft.Win32.SafeHandles;

namespace KMeans.Input;

/// <summary>A file of this machine's file system.</summary>
public sealed class LocalByteSource : ByteSource
{
    private readonly SafeFileHandle handle;

    /// <summary>Opens a file for shared reading.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="InputException">It does not exist, is a folder, a pipe or a device, or may not be read.</exception>
    public LocalByteSource(string path)
    {
        Path = path;
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

    /// <inheritdoc/>
    protected override int ReadSome(long offset, Span<byte> buffer) => RandomAccess.Read(handle, buffer, offset);

    /// <inheritdoc/>
    protected override void PrefetchSome(long offset, long length) => FileAdvice.Prefetch(handle, offset, length);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => handle.Dispose();

    private static string Reason(string path, Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file; check the path.",
        UnauthorizedAccessException when Directory.Exists(path) => "this is a folder; name files in it or use the folder itself as input.",
        UnauthorizedAccessException => "permission to read it is denied.",
        NotSupportedException => "this is a pipe or a device; only regular files can be read.",
        _ => $"it cannot be read ({e.Message.TrimEnd('.')}).",
    };
}
