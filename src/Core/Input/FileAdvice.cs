using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KMeans.Input;

/// <summary>Tells the operating system which bytes of a file come next, so that it reads them while this process computes.</summary>
internal static partial class FileAdvice
{
    private const int WillNeed = 3;

    /// <summary>Linux reads no more of one call than it reads ahead by itself on the device, 128 KiB unless configured, and forgets the rest.</summary>
    private const long PieceBytes = 128 << 10;

    /// <summary>Starts reading bytes into the page cache. Returns at once; elsewhere than on 64-bit Linux it does nothing, and a refusal is passed over.</summary>
    /// <param name="file">An open file.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">How many.</param>
    public static void Prefetch(SafeFileHandle file, long offset, long length)
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            return;
        }

        for (var done = 0L; done < length; done += PieceBytes)
        {
            if (Advise(file, offset + done, Math.Min(PieceBytes, length - done), WillNeed) != 0)
            {
                return;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}
