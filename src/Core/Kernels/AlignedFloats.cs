using System.Runtime.CompilerServices;

namespace KMeans.Kernels;

/// <summary>A growing buffer of floats on a 64-byte boundary that does not move: a pinned array of the garbage collector's, so that nothing needs to be freed.</summary>
internal sealed unsafe class AlignedFloats
{
    private const int Alignment = 64;

    private float[] memory = [];

    /// <summary>The start. Valid until the next call with a greater length, and while this object is reachable.</summary>
    /// <param name="length">Floats needed.</param>
    /// <returns>Memory with any content.</returns>
    public float* Reserve(long length)
    {
        var needed = checked(length + (Alignment / sizeof(float)));
        if (memory.Length < needed)
        {
            memory = GC.AllocateUninitializedArray<float>(checked((int)needed), pinned: true);
        }

        var address = (nuint)Unsafe.AsPointer(ref memory[0]);
        return (float*)((address + Alignment - 1) & ~(nuint)(Alignment - 1));
    }
}
