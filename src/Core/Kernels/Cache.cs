using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace KMeans.Kernels;

/// <summary>Hints to the cache.</summary>
internal static unsafe class Cache
{
    /// <summary>Brings a line into the second-level cache where the machine has such an instruction. Any address is allowed.</summary>
    /// <param name="address">In the line.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(address);
        }
    }
}
