using KMeans.Coordination;

namespace KMeans.Tests.Coordination.Wire;

public class LedgerCodecTests
{
    private static readonly LedgerEntry[] Entries =
    [
        new(4, 100, 1, 1600, 0xFEDC_BA98_7654_3210, "a", 3, 0.5, 0.25), new(5, 0, 0, 0, 0, "a", 1, 0, 0), new(6, long.MaxValue / 4, 7, 8, ulong.MaxValue, "a", 2, 1e9, 0.1),
    ];

    [Fact]
    public void Read_OfWhatWasWritten_GivesItAgainUnderTheReceiversName()
    {
        var read = LedgerCodec.Read(new MemoryStream(Encode()), new BlockRange(4, 7), "b");
        Assert.Equal(Entries.Select(entry => entry with { Instance = "b", Attempts = 1 }), read);
        Assert.InRange(Encode().Length, 1, LedgerCodec.MostBytes(3));
    }

    [Fact]
    public void Read_CutOffDamagedOrOfAnotherBlock_Refuses()
    {
        var bytes = Encode();
        for (var i = 0; i < bytes.Length; i++)
        {
            Refuses(bytes[..i], new BlockRange(4, 7));
            bytes[i] ^= (byte)(1 << (i % 8));
            Refuses(bytes, new BlockRange(4, 7));
            bytes[i] ^= (byte)(1 << (i % 8));
        }

        Refuses(bytes, new BlockRange(4, 6));
        Refuses(bytes, new BlockRange(4, 8));
    }

    private static void Refuses(byte[] bytes, BlockRange block) => Assert.Throws<SummaryFormatException>(() => LedgerCodec.Read(new MemoryStream(bytes), block, "b"));

    private static byte[] Encode()
    {
        using var stream = new MemoryStream();
        LedgerCodec.Write(stream, Entries);
        return stream.ToArray();
    }
}
