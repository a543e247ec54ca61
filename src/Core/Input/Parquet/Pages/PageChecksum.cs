using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KMeans.Input.Parquet.Pages;

/// <summary>The CRC-32 of a page's bytes, as gzip has it: polynomial 0x04C11DB7, reflected.</summary>
/// <remarks>
/// Folds 16 bytes a step by carry-less multiplication where the processor has it, fast enough to check every page, and goes by a table elsewhere.
/// Source: Gopal et al. 2009, "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction".
/// </remarks>
internal static class PageChecksum
{
    private const uint ReflectedPolynomial = 0xEDB88320;

    private static readonly uint[] Table = MakeTable();

    /// <summary>Computes the checksum.</summary>
    /// <param name="bytes">The page as it is in the file, without its header.</param>
    /// <returns>The CRC-32.</returns>
    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        var state = uint.MaxValue;
        if (Pclmulqdq.IsSupported && bytes.Length >= 32)
        {
            var folded = bytes.Length & ~15;
            state = Fold(bytes[..folded], state);
            bytes = bytes[folded..];
        }

        return ~ByTable(bytes, state);
    }

    /// <summary>Goes on byte by byte.</summary>
    /// <param name="bytes">In.</param>
    /// <param name="state">The state so far, all ones at first.</param>
    /// <returns>The state; its complement is the checksum.</returns>
    internal static uint ByTable(ReadOnlySpan<byte> bytes, uint state)
    {
        foreach (var part in bytes)
        {
            state = Table[(byte)(state ^ part)] ^ (state >> 8);
        }

        return state;
    }

    /// <summary>Folds whole vectors, then reduces the last one to 64 and, after Barrett, to 32 bits. The constants are powers of x modulo the polynomial.</summary>
    private static uint Fold(ReadOnlySpan<byte> bytes, uint state)
    {
        ref var first = ref MemoryMarshal.GetReference(bytes);
        var foldBy16 = Vector128.Create(0x1751997D0UL, 0x0CCAA009EUL);
        var sum = Vector128.LoadUnsafe(ref first).AsUInt64() ^ Vector128.CreateScalar(state).AsUInt64();
        for (var i = 16; i < bytes.Length; i += 16)
        {
            sum = Pclmulqdq.CarrylessMultiply(sum, foldBy16, 0x00) ^ Pclmulqdq.CarrylessMultiply(sum, foldBy16, 0x11) ^ Vector128.LoadUnsafe(ref first, (nuint)i).AsUInt64();
        }

        var low32 = Vector128.Create(0xFFFFFFFFUL, 0xFFFFFFFFUL);
        sum = Sse2.ShiftRightLogical128BitLane(sum, 8) ^ Pclmulqdq.CarrylessMultiply(sum, foldBy16, 0x10);
        sum = Sse2.ShiftRightLogical128BitLane(sum, 4) ^ Pclmulqdq.CarrylessMultiply(sum & low32, Vector128.CreateScalar(0x163CD6124UL), 0x00);
        var barrett = Vector128.Create(0x1DB710641UL, 0x1F7011641UL);
        var quotient = Pclmulqdq.CarrylessMultiply(sum & low32, barrett, 0x10) & low32;
        return (sum ^ Pclmulqdq.CarrylessMultiply(quotient, barrett, 0x00)).AsUInt32().GetElement(1);
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var i = 0U; i < 256; i++)
        {
            var state = i;
            for (var b = 0; b < 8; b++)
            {
                state = (state & 1) == 0 ? state >> 1 : (state >> 1) ^ ReflectedPolynomial;
            }

            table[i] = state;
        }

        return table;
    }
}
