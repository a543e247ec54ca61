using System.Runtime.InteropServices;

namespace KMeans.Input.Parquet.Pages;

/// <summary>The system's libzstd, loaded on first use.</summary>
internal static unsafe class ZstdLibrary
{
    private static readonly string[] Names = ["libzstd.so.1", "libzstd.so", "libzstd.1.dylib", "libzstd.dylib", "/opt/homebrew/lib/libzstd.dylib", "/usr/local/lib/libzstd.dylib", "libzstd.dll", "zstd.dll"];

    private static readonly nint Library = Load();
    private static readonly delegate* unmanaged<nint> CreateContext = (delegate* unmanaged<nint>)Export("ZSTD_createDCtx");
    private static readonly delegate* unmanaged<nint, nuint> FreeContext = (delegate* unmanaged<nint, nuint>)Export("ZSTD_freeDCtx");
    private static readonly delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nuint> DecompressWith =
        (delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nuint>)Export("ZSTD_decompressDCtx");

    /// <summary>Whether the library is installed.</summary>
    public static bool IsAvailable => CreateContext != null && FreeContext != null && DecompressWith != null;

    /// <summary>Creates what one thread decompresses with.</summary>
    /// <returns>To be disposed; invalid where memory is out.</returns>
    public static Context Create() => new(CreateContext());

    /// <summary>Decompresses one page.</summary>
    /// <param name="context">This thread's.</param>
    /// <param name="source">The compressed bytes, whole.</param>
    /// <param name="target">Out.</param>
    /// <returns>Whether the target was filled whole, no more and no less. An error code is far larger than any page.</returns>
    public static bool Decompress(Context context, ReadOnlySpan<byte> source, Span<byte> target)
    {
        fixed (byte* from = source)
        {
            fixed (byte* to = target)
            {
                return DecompressWith(context.DangerousGetHandle(), to, (nuint)target.Length, from, (nuint)source.Length) == (nuint)target.Length;
            }
        }
    }

    private static nint Load()
    {
        foreach (var name in Names)
        {
            if (NativeLibrary.TryLoad(name, out var library))
            {
                return library;
            }
        }

        return 0;
    }

    private static nint Export(string name) => Library != 0 && NativeLibrary.TryGetExport(Library, name, out var address) ? address : 0;

    /// <summary>A decompression context.</summary>
    internal sealed class Context : SafeHandle
    {
        /// <summary>Takes it over.</summary>
        /// <param name="context">From the library.</param>
        public Context(nint context)
            : base(0, ownsHandle: true) => SetHandle(context);

        /// <inheritdoc/>
        public override bool IsInvalid => handle == 0;

        /// <inheritdoc/>
        protected override bool ReleaseHandle()
        {
            FreeContext(handle);
            return true;
        }
    }
}
