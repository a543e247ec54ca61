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
        RowsSeen = 9,
        NextKey = 10,
        TotalWeight = 8,
        IsDecayed = true,
        SearchedMsd = 0.25,
        DistanceFactor = 2,
        OpenedTerm = 3,
        CenterTerms = [4],
        CenterWeights = [3],
        CenterSquaredErrors = [0.5],
        CenterMeans = [1, 2],
        Sample = new KeptRows { Limit = 5, Threshold = 2, Keys = [7], Priorities = [1], Sensitivities = [0.5], Weights = [4], Labels = [0], Rows = [1, 2] },
        CostSample = new KeptRows
        {
            Limit = 6,
            Threshold = 1,
            Keys = [3, 8],
            Priorities = [0.25, 0.5],
            Sensitivities = [1, 1],
            Weights = [1, 2],
            Labels = [0, 0],
            Rows = [5, 6, 7, 8],
        },
    };

    private readonly TemporaryFolder folder = new();

    private string Path => folder.File("coreset.bin");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Write_OfASmallState_GivesTheDocumentedBytes()
    {
        const string expected = "4b4d434f5245530a" + "02000000" + "01000000" // magic, version, decayed
            + "0200000000000000" + "0100000000000000" + "0100000000000000" + "0200000000000000" // d, K, m, r
            + "0500000000000000" + "0600000000000000" + "0900000000000000" + "0a00000000000000" // limits, rows seen, next key
            + "0000000000002040" + "000000000000d03f" + "0000000000000040" + "0000000000000840" // weight, searched msd, factor, opened term
            + "0000000000000040" + "000000000000f03f" // thresholds
            + "0000000000001040" + "0000000000000840" + "000000000000e03f" // term, weight, squared error
            + "000000000000f03f" + "0000000000000040" // mean
            + "0700000000000000" + "000000000000f03f" + "000000000000e03f" + "0000000000001040" // the sample's key, priority, sensitivity, weight
            + "0300000000000000" + "0800000000000000" + "000000000000d03f" + "000000000000e03f" // the uniform sample's keys, priorities,
            + "000000000000f03f" + "000000000000f03f" + "000000000000f03f" + "0000000000000040" // sensitivities, weights
            + "00000000" + "0000803f" + "00000040" // the sample's label, row
            + "00000000" + "00000000" + "0000a040" + "0000c040" + "0000e040" + "00000041"; // labels, rows

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
        bytes[8] = 3;

        Assert.Contains("version 3 of the core-set is not known, only 2 is", AssertRefused(bytes), StringComparison.Ordinal);
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
        AssertRefused(Write(Small with { CostSample = Small.CostSample with { Rows = [1, 2, 3, float.PositiveInfinity] } }));
        AssertRefused(Write(Small with { Sample = Small.Sample with { Weights = [-1] } }));
    }

    [Fact]
    public void Read_OfRowsThatNoTrainingKeeps_IsRefused()
    {
        AssertRefused(Write(Small with { Sample = Small.Sample with { Labels = [1] } }));
        AssertRefused(Write(Small with { Sample = Small.Sample with { Labels = [-1] } }));
        AssertRefused(Write(Small with { Sample = Small.Sample with { Priorities = [2] } }));
        AssertRefused(Write(Small with { Sample = Small.Sample with { Keys = [10] } }));
        AssertRefused(Write(Small with { CostSample = Small.CostSample with { Keys = [8, 3] } }));
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
