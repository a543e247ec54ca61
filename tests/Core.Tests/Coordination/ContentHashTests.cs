using KMeans.Coordination;

namespace KMeans.Tests.Coordination;

public class ContentHashTests
{
    /// <summary>Fixed for ever: checkpoints and reports hold such values. Computed once by a second implementation in Python.</summary>
    [Theory]
    [InlineData(0, 0x8C9737676C442296)]
    [InlineData(1, 0x8B12C06BCA79560F)]
    [InlineData(63, 0xD7F0245BA26AEFEE)]
    [InlineData(64, 0xED868D5DE816FDF5)]
    [InlineData(1000, 0x5E650260087911A9)]
    public void Of_KnownBytes_IsTheKnownValue(int length, ulong expected) => Assert.Equal(expected, ContentHash.Of(Bytes(length)));

    [Fact]
    public void Append_InAnyPieces_GivesTheHashOfTheWhole()
    {
        var bytes = Bytes(777);
        var whole = ContentHash.Of(bytes);
        foreach (var piece in new[] { 1, 7, 63, 64, 65, 200, 776 })
        {
            var hash = new ContentHash();
            for (var start = 0; start < bytes.Length; start += piece)
            {
                hash.Append(bytes.AsSpan(start, Math.Min(piece, bytes.Length - start)));

                // Looking at it on the way changes nothing.
                Assert.Equal(ContentHash.Of(bytes.AsSpan(0, Math.Min(bytes.Length, start + piece))), hash.Value);
            }

            Assert.Equal(whole, hash.Value);
        }
    }

    [Fact]
    public void Of_EveryFlippedBitAndEveryLength_IsAnotherValue()
    {
        var bytes = Bytes(300);
        var seen = new HashSet<ulong>();
        for (var length = 0; length <= bytes.Length; length++)
        {
            Assert.True(seen.Add(ContentHash.Of(bytes.AsSpan(0, length))), $"length {length}");
        }

        seen.Remove(ContentHash.Of(bytes));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(seen.Add(ContentHash.Of(bytes)), $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Of_Zeros_TellsTheirNumber() =>
        Assert.Equal(200, Enumerable.Range(0, 200).Select(length => ContentHash.Of(new byte[length])).Distinct().Count());

    [Fact]
    public void Of_OneFlippedBit_FlipsHalfOfTheHash()
    {
        var bytes = Bytes(256);
        var whole = ContentHash.Of(bytes);
        var flipped = Enumerable.Range(0, bytes.Length * 8).Select(bit =>
        {
            var other = (byte[])bytes.Clone();
            other[bit / 8] ^= (byte)(1 << (bit % 8));
            return System.Numerics.BitOperations.PopCount(whole ^ ContentHash.Of(other));
        }).ToArray();
        Assert.InRange(flipped.Average(), 31, 33);
        Assert.True(flipped.Min() > 8, $"{flipped.Min()} bits");
    }

    private static byte[] Bytes(int length) => Enumerable.Range(0, length).Select(i => (byte)((i * 131) + (i >> 3))).ToArray();
}
