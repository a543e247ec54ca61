using System.Buffers.Binary;
using KMeans.Models;

namespace KMeans.Tests.Models;

public class NdArrayFileTests
{
    private const string Head = "120100000000000000000000000000000100000000000000";
    private const string Context = "0100000000000000";
    private const string Single = "00000000" + "0000803f0000004000004040000080400000a0400000c040";
    private const string NoNames = "0000000000000000";
    private const string Golden = Head + "c9fa93f9" + "00000000" + "02000000" + "02000000000000000300000000000000" + Context + Single + NoNames;

    [Fact]
    public void Write_OfTwoByThree_GivesTheReferenceBytes()
    {
        using var stream = new MemoryStream();

        NdArrayFile.Write(stream, [1, 2, 3, 4, 5, 6], 3);

        Assert.Equal(Golden, Convert.ToHexStringLower(stream.ToArray()));
        Assert.Equal(96, NdArrayFile.Size(2, 3));
    }

    [Theory]
    [InlineData(Golden)]
    [InlineData(Head + "c8fa93f9" + "02000000" + "02000000000000000300000000000000" + Context + Single + NoNames)]
    [InlineData(Head + "cafa93f9" + "00000000" + "02000000" + "02000000000000000300000000000000" + Context + Single + NoNames)]
    [InlineData(Head + "02000000" + "0200000003000000" + Context + Single + NoNames)]
    [InlineData(Head + "02000000" + "0200000003000000" + Context + Single + "0100000000000000" + "0300000000000000" + "666f6f")]
    [InlineData(Head + "02000000" + "0200000003000000" + Context + "01000000" + "000000000000f03f0000000000000040000000000000084000000000000010400000000000001440" + "0000000000001840" + NoNames)]
    public void Read_OfEveryLayout_GivesTheCenters(string hex)
    {
        var matrix = Read(Convert.FromHexString(hex));

        Assert.Equal((2, 3), (matrix.RowCount, matrix.ColumnCount));
        Assert.Equal([1, 2, 3, 4, 5, 6], matrix.Values);
    }

    [Fact]
    public void Read_OfEveryTruncation_IsRefused()
    {
        var whole = Convert.FromHexString(Golden);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<InputException>(() => Read(whole[..length]));
        }
    }

    [Theory]
    [InlineData(0, "does not begin like a saved MXNet array list")]
    [InlineData(8, "its reserved field is not 0")]
    [InlineData(16, "holds no array or several")]
    [InlineData(24, "holds an array of 0 dimensions")]
    [InlineData(25, "holds an array of 4187225033 dimensions")]
    [InlineData(28, "holds a sparse array")]
    [InlineData(32, "holds an array of 3 dimensions")]
    [InlineData(36, "says that it has 3 x 3 elements, more than it has bytes for")]
    [InlineData(40, "says that it has 4294967298 x 3 elements")]
    [InlineData(47, "elements, more than it has bytes for")]
    [InlineData(60, "more than it has bytes for")]
    [InlineData(88, "its name has another length")]
    public void Read_OfAChangedField_NamesTheProblem(int offset, string problem)
    {
        var bytes = Convert.FromHexString(Golden);
        bytes[offset] ^= 1;
        if (offset == 88)
        {
            bytes = [.. bytes, 2, 0, 0, 0, 0, 0, 0, 0, 65];
        }

        var error = Assert.Throws<InputException>(() => Read(bytes));

        Assert.StartsWith("models/model_algo-1: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfACenterThatIsNotFinite_IsRefused()
    {
        var bytes = Convert.FromHexString(Golden);
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(68), float.NaN);

        Assert.Contains("not finite", Assert.Throws<InputException>(() => Read(bytes)).Message, StringComparison.Ordinal);
    }

    private static Matrix Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return NdArrayFile.Read(stream, bytes.Length, "models/model_algo-1");
    }
}
