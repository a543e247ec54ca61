using System.Runtime.InteropServices;

namespace KMeans.Models;

/// <summary>Takes written files and folders to the disk, so that a rename never outlives what it names.</summary>
internal static partial class DiskSync
{
    private const int ReadOnly = 0;

    /// <summary>Creates a file, has it written, and flushes it to the disk.</summary>
    /// <param name="path">Must not exist.</param>
    /// <param name="write">Writes the content.</param>
    public static void File(string path, Action<Stream> write)
    {
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        write(stream);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Flushes a folder's entries to the disk where the system has a call for it (Unix); .NET itself cannot open a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <remarks>A file system without that call (some network ones) loses nothing but the guarantee, so its error is passed over.</remarks>
    public static void Folder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(path, ReadOnly);
        if (descriptor >= 0)
        {
            _ = Sync(descriptor);
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
