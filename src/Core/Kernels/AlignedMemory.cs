using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>A growing buffer on a 64-byte boundary that does not move: a pinned array of the garbage collector's, so that nothing needs to be freed.</summary>
/// <remarks>A vector of 512 bits that crosses a boundary costs two loads.</remarks>
/// <typeparam name="T">A number of 4 or 8 bytes.</typeparam>
internal sealed unsafe class AlignedMemory<T>
    where T : unmanaged
{
    private const int Alignment = 64;

    private T[] memory = [];
    private int first;

    /// <summary>The start. Valid until the next call with a greater length, and while this object is reachable.</summary>
    /// <param name="length">Numbers needed.</param>
    /// <returns>Memory with any content.</returns>
    public T* Reserve(long length)
    {
        var needed = checked(length + (Alignment / sizeof(T)));
        if (memory.Length < needed)
        {
            memory = GC.AllocateUninitializedArray<T>(checked((int)needed), pinned: true);
            first = (int)((Alignment - ((nuint)Unsafe.AsPointer(ref memory[0]) % Alignment)) % Alignment) / sizeof(T);
        }

        return (T*)Unsafe.AsPointer(ref memory[first]);
    }

    /// <summary>What was reserved, as a span that keeps it reachable.</summary>
    /// <param name="start">From the start.</param>
    /// <param name="length">At most what was reserved.</param>
    /// <returns>The numbers.</returns>
    public Span<T> Slice(int start, int length) => memory.AsSpan(first + start, length);
}
