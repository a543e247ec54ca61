using System.Buffers.Binary;
using System.Security.Cryptography;
using KMeans.Models;
using KMeans.Tests.Support;

namespace KMeans.Tests.Models;

public sealed class CoreSetFileTests : IDisposable
{
    private static readonly CoreSet Small = new()
    {
        FeatureCount = 2,
        CenterIds = [-1, 7],
        CenterWeights = [3],
        CenterSquaredErrors = [0.5],
        CenterMeans = [1, 2],
        SampleRows = [1, 2],
        SampleWeights = [4],
        CostRows = [5, 6, 7, 8],
        CostWeights = [1, 2],
        RowsSeen = 9,
    };

    private readonly TemporaryFolder folder = new();

    private string Path => folder.File("coreset.bin");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Write_OfASmallState_GivesTheDocumentedBytes()
    {
        const string expected = "4b4d434f5245530a" + "01000000" + "00000000"
            + "0200000000000000" + "0100000000000000" + "0100000000000000" + "0200000000000000" + "0900000000000000"
            + "ffffffffffffffff" + "0700000000000000" // ids
            + "0000000000000840" + "000000000000e03f" // weight, squared error
            + "000000000000f03f" + "0000000000000040" // mean
            + "0000000000001040" // sample weight
            + "000000000000f03f" + "0000000000000040" // cost weights
            + "0000803f" + "00000040" // sample row
            + "0000a040" + "0000c040" + "0000e040" + "00000041"; // cost rows

        var bytes = Write(Small);

        Assert.Equal(expected, Convert.ToHexStringLower(bytes[..^32]));
        Assert.Equal(SHA256.HashData(bytes[..^32]), bytes[^32..]);
    }

    [Fact]
    public void Read_OfWhatWasWritten_GivesTheSameState()
    {
        File.WriteAllBytes(Path, Write(Small));

        SmallModels.AssertEqual(Small, CoreSetFile.Read(Path, 2));
    }

    [Fact]
    public void Read_OfEveryTruncationOrExtension_IsRefused()
    {
        var whole = Write(Small);
        for (var length = 0; length < whole.Length; length++)
        {
            AssertRefused(whole[..length]);
        }

        AssertRefused([.. whole, 0]);
    }

    [Fact]
    public void Read_OfAnyFlippedBit_IsRefused()
    {
        var whole = Write(Small);
        for (var i = 0; i < whole.Length * 8; i++)
        {
            var bytes = whole.ToArray();
            bytes[i / 8] ^= (byte)(1 << (i % 8));
            AssertRefused(bytes);
        }
    }

    [Fact]
    public void Read_OfANewerVersion_SaysWhichIsKnown()
    {
        var bytes = Write(Small);
        bytes[8] = 2;

        Assert.Contains("version 2 of the core-set is not known, only 1 is", AssertRefused(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfAHugeLength_AllocatesNothing()
    {
        var bytes = Write(Small);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), 1L << 30);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), long.MaxValue);
        var before = GC.GetAllocatedBytesForCurrentThread();

        AssertRefused(bytes);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Read_OfAnotherFeatureCount_SaysBoth()
    {
        File.WriteAllBytes(Path, Write(Small));

        var error = Assert.Throws<InputException>(() => CoreSetFile.Read(Path, 3));

        Assert.Contains("has 2 features where the model has 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfAValueThatIsNotFiniteOrANegativeWeight_IsRefused()
    {
        AssertRefused(Write(Small with { CenterMeans = [1, double.NaN] }));
        AssertRefused(Write(Small with { CostRows = [1, 2, 3, float.PositiveInfinity] }));
        AssertRefused(Write(Small with { SampleWeights = [-1] }));
    }

    private static byte[] Write(CoreSet state)
    {
        using var stream = new MemoryStream();
        CoreSetFile.Write(stream, state);
        return stream.ToArray();
    }

    private string AssertRefused(byte[] bytes)
    {
        File.WriteAllBytes(Path, bytes);
        var message = Assert.Throws<InputException>(() => CoreSetFile.Read(Path, 2)).Message;
        Assert.StartsWith(Path, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
