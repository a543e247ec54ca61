using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace KMeans.Coordination;

/// <summary>A 64-bit hash of bytes that come in any pieces: tells whether content changed, at the memory's speed. No protection against an adversary.</summary>
/// <remarks>
/// Four lanes of multiply-and-fold (the 128-bit product of two words, its halves xored; as in wyhash, Wang Yi 2019) over stripes of 64 bytes. Words are little-endian and only
/// whole-number arithmetic is used, so every processor gives the same value. The value depends on the bytes and their number, not on the pieces. Not thread-safe.
/// </remarks>
internal sealed class ContentHash
{
    private const int StripeBytes = 64;
    private const ulong Key0 = 0x9E3779B97F4A7C15;
    private const ulong Key1 = 0xC2B2AE3D27D4EB4F;
    private const ulong Key2 = 0x165667B19E3779F9;
    private const ulong Key3 = 0xD6E8FEB86659FD93;

    private readonly byte[] rest = new byte[StripeBytes];
    private int restCount;
    private long length;
    private ulong lane0;
    private ulong lane1;
    private ulong lane2;
    private ulong lane3;

    /// <summary>Starts an empty hash.</summary>
    public ContentHash() => Reset();

    /// <summary>The hash of bytes at once.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>Their hash.</returns>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = new ContentHash();
        hash.Append(bytes);
        return hash.Value;
    }

    /// <summary>Starts again.</summary>
    public void Reset()
    {
        (restCount, length) = (0, 0);
        (lane0, lane1, lane2, lane3) = (Key3, Key2, Key1, Key0);
    }

    /// <summary>Takes in further bytes.</summary>
    /// <param name="bytes">Any number. O(1) memory, 64 bytes in four multiplications.</param>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        length += bytes.Length;
        if (restCount > 0)
        {
            var taken = Math.Min(bytes.Length, StripeBytes - restCount);
            bytes[..taken].CopyTo(rest.AsSpan(restCount));
            restCount += taken;
            bytes = bytes[taken..];
            if (restCount < StripeBytes)
            {
                return;
            }

            Stripes(rest);
            restCount = 0;
        }

        var whole = bytes.Length & ~(StripeBytes - 1);
        Stripes(bytes[..whole]);
        bytes[whole..].CopyTo(rest);
        restCount = bytes.Length - whole;
    }

    /// <summary>The hash of all bytes so far; more may follow.</summary>
    public ulong Value
    {
        get
        {
            var (a, b, c, d) = (lane0, lane1, lane2, lane3);
            if (restCount > 0)
            {
                // Zeros fill the last stripe up; the length below tells them from zeros that were there.
                Span<byte> last = stackalloc byte[StripeBytes];
                last.Clear();
                rest.AsSpan(0, restCount).CopyTo(last);
                Stripe(last, ref a, ref b, ref c, ref d);
            }

            var sum = Fold(a ^ Key1, b ^ (ulong)length) ^ Fold(c ^ Key2, d ^ Key0);
            return Fold(sum ^ Key3, (ulong)length ^ Key2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }

    private static ulong Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Stripe(ReadOnlySpan<byte> s, ref ulong a, ref ulong b, ref ulong c, ref ulong d)
    {
        s = s[..StripeBytes];
        a = Fold(a ^ Word(s), Word(s[8..]) ^ Key0);
        b = Fold(b ^ Word(s[16..]), Word(s[24..]) ^ Key1);
        c = Fold(c ^ Word(s[32..]), Word(s[40..]) ^ Key2);
        d = Fold(d ^ Word(s[48..]), Word(s[56..]) ^ Key3);
    }

    /// <summary>At full strength at once: one call may take the whole of a large array, and would spend it in the first tier.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Stripes(ReadOnlySpan<byte> bytes)
    {
        var (a, b, c, d) = (lane0, lane1, lane2, lane3);
        for (; bytes.Length >= StripeBytes; bytes = bytes[StripeBytes..])
        {
            Stripe(bytes, ref a, ref b, ref c, ref d);
        }

        (lane0, lane1, lane2, lane3) = (a, b, c, d);
    }
}
