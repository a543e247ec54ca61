using KMeans.Input;

namespace KMeans.Tests.Input;

public class InputFormatsTests
{
    private static readonly byte[] Record = Convert.FromHexString("0a23d7ce180000000a160a0676616c756573120c120a0a080000c03f000000c0");
    private static readonly byte[] Idx = [0, 0, 8, 1, 0, 0, 0, 1, 7];
    private static readonly byte[] Fvecs = [1, 0, 0, 0, 0, 0, 128, 63];
    private static readonly byte[] Text = "1,2\n"u8.ToArray();

    public static TheoryData<string, byte[], string> Files => new()
    {
        { "part-00000", Record, "recordio" },
        { "looks-like.csv", Record, "recordio" },
        { "rows.rec", [], "recordio" },
        { "train-labels-idx1-ubyte", Idx, "idx" },
        { "labels", Idx, "idx" },
        { "ROWS.CSV", Text, "csv" },
        { "rows.tsv", Text, "csv" },
        { "rows.txt", Text, "csv" },
        { "rows.fvecs", Fvecs, "fvecs" },
        { "rows.bvecs", [1, 0, 0, 0, 9], "bvecs" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Format_IsFoundByContentThenByName(string path, byte[] content, string expected)
    {
        using var file = InputFormats.Open(new MemoryByteSource(content, path), new InputFormatOptions());
        Assert.Equal(expected, file.Format);
    }

    [Fact]
    public void Format_WhereTheUserNamesIt_IsObeyed()
    {
        using var file = InputFormats.Open(new MemoryByteSource(Text, "part-00000"), new InputFormatOptions { Format = "csv" });
        Assert.Equal("csv", file.Format);
        InputReading.AssertRefused(() => InputFormats.Open(new MemoryByteSource(Text, "a.npy"), new InputFormatOptions { Format = "npy" }), "a.npy: ");
        InputReading.AssertRefused(() => InputFormats.Open(new MemoryByteSource(Text, "a.csv"), new InputFormatOptions { Format = "xlsx" }), "--format xlsx", "recordio");
    }

    [Fact]
    public void Format_ThatNothingTells_IsAsked() =>
        InputReading.AssertRefused(() => InputFormats.Open(new MemoryByteSource(Text, "part-00000"), new InputFormatOptions()), "part-00000: ", "--format", "fvecs");

    [Fact]
    public void Open_OfAMissingFile_IsRefused() =>
        InputReading.AssertRefused(() => InputFormats.Open("/no/such/file.csv", new InputFormatOptions()), "/no/such/file.csv: no such file");
}
