using static KMeans.Client.Tests.Malformed.MalformedInput;
using static KMeans.Client.Tests.Malformed.ParquetShape;

namespace KMeans.Client.Tests.Malformed;

/// <summary>Parquet files: the frame, the footer, and pages of each kind.</summary>
internal static class ParquetCorpus
{
    private const string Name = "rows.parquet";

    /// <summary>Eight values present: one run of eight ones, behind its length.</summary>
    private static readonly byte[] Levels = [2, 0, 0, 0, 8 << 1, 1];

    /// <summary>The file that all others are made of; it is right.</summary>
    public static byte[] Good => new ParquetShape().Build();

    public static IEnumerable<MalformedInput> Frame()
    {
        var good = Good;
        var end = good.Length;
        return
        [
            .. Truncated(Name, good, 16),
            .. new[] { 0, 1, 7, end - 9, int.MaxValue, -1 }.Select(length => Of($"a footer of {length} bytes", Name, Patch(good, end - 8, ArrayCorpus.Int(length)))),
            .. Enumerable.Range(1, 4).Select(back => Of($"byte {back} from the end changed", Name, Patch(good, end - back, (byte)(good[^back] ^ 2)))),
            Of("encrypted", Name, Patch(good, end - 1, (byte)'E')),
            Of("bytes behind the end", Name, [.. good, 0, 0, 0, 0]),
            Of("a footer of zeros", Name, [.. "PAR1"u8, .. new byte[64], .. ArrayCorpus.Int(64), .. "PAR1"u8]),
            Of("a footer of ones", Name, [.. "PAR1"u8, .. Enumerable.Repeat((byte)0xFF, 64), .. ArrayCorpus.Int(64), .. "PAR1"u8]),
            Of("twelve bytes", Name, [.. "PAR1"u8, 0, 0, 0, 0, .. "PAR1"u8]),
            Of("four bytes", Name, [.. "PAR1"u8]),
        ];
    }

    public static IEnumerable<MalformedInput> Footer() => new (string What, ParquetShape Shape)[]
    {
        ("no rows", new() { Rows = 0, GroupRows = 0, Slots = 0 }),
        ("more rows than its groups", new() { Rows = 9 }),
        ("fewer rows than its groups", new() { Rows = 7 }),
        ("negative rows", new() { Rows = -8, GroupRows = -8 }),
        ("2^62 rows", new() { Rows = 1L << 62, GroupRows = 1L << 62, Slots = 1L << 62 }),
        ("a group of more rows than values", new() { Rows = 9, GroupRows = 9 }),
        ("more values than its pages", new() { Slots = 9, Rows = 9, GroupRows = 9 }),
        ("negative values", new() { Slots = -1 }),
        ("a chunk beyond the file", new() { ChunkBytes = 1 << 20 }),
        ("a chunk of 2^62 bytes", new() { ChunkBytes = 1L << 62 }),
        ("a chunk of negative bytes", new() { ChunkBytes = -1 }),
        ("a chunk of no bytes", new() { ChunkBytes = 0 }),
        ("a chunk behind the file", new() { Offset = 1 << 20 }),
        ("a chunk before the file", new() { Offset = -4 }),
        ("a chunk at 2^63 - 1", new() { Offset = long.MaxValue }),
        ("a chunk inside its page", new() { Offset = 12 }),
        ("more children than there are", new() { Children = 2 }),
        ("2^31 - 1 children", new() { Children = int.MaxValue }),
        ("negative children", new() { Children = -1 }),
        ("more schema nodes than there are", new() { SchemaNodes = 3 }),
        ("2^31 - 1 schema nodes", new() { SchemaNodes = int.MaxValue }),
        ("more chunks than there are", new() { Chunks = 2 }),
        ("2^31 - 1 chunks", new() { Chunks = int.MaxValue }),
        ("more groups than there are", new() { Groups = 2 }),
        ("2^31 - 1 groups", new() { Groups = int.MaxValue }),
        ("a type that there is not", new() { Type = 9 }),
        ("a codec that there is not", new() { Codec = 99 }),
    }.Select(Build);

    public static IEnumerable<MalformedInput> Pages()
    {
        const int Bit = 1;
        var values = Values();
        byte[] dictionary = Page(Values(2), 2, type: DictionaryPage);
        byte[] indices = [Bit, 3, 0b10101010];
        return new (string What, ParquetShape Shape)[]
        {
            ("fewer values than its header says", new() { Pages = Page(Values(7)) }),
            ("more values than the chunk", new() { Pages = [.. Page(values), .. Page(values)], Slots = 9, Rows = 9, GroupRows = 9 }),
            ("two pages of eight values too few", new() { Pages = [.. Page(Values(4), 4), .. Page(Values(3), 3)] }),
            ("negative values", new() { Pages = Page(values, -8) }),
            ("2^31 - 1 values", new() { Pages = Page(values, int.MaxValue) }),
            ("no values", new() { Pages = Page(values, 0) }),
            ("a body beyond the chunk", new() { Pages = Page(values, packed: 1 << 20, unpacked: 1 << 20) }),
            ("a body of 2 GB", new() { Pages = Page(values, packed: int.MaxValue, unpacked: int.MaxValue) }),
            ("a body of negative bytes", new() { Pages = Page(values, packed: -1, unpacked: -1) }),
            ("a body that unpacks to 2 GB", new() { Pages = Page(values, unpacked: int.MaxValue) }),
            ("an encoding that there is not", new() { Pages = Page(values, encoding: 77) }),
            ("a page type that there is not", new() { Pages = Page(values, type: 77) }),
            ("a header of zeros", new() { Pages = new byte[40] }),
            ("a header of ones", new() { Pages = [.. Enumerable.Repeat((byte)0xFF, 40)] }),
            ("a value that is not a number", new() { Pages = Page([.. BitConverter.GetBytes(float.NaN), .. Values(7)]) }),
            ("indices without a dictionary", new() { Pages = Page(indices, encoding: RleDictionary) }),
            ("an index beyond the dictionary", new() { Pages = [.. Page(Values(1), 1, type: DictionaryPage), .. Page(indices, encoding: RleDictionary)] }),
            ("indices of 33 bits", new() { Pages = [.. dictionary, .. Page([33, 3, 0xAA], encoding: RleDictionary)] }),
            ("indices that end early", new() { Pages = [.. dictionary, .. Page([Bit], encoding: RleDictionary)] }),
            ("an endless run of indices", new() { Pages = [.. dictionary, .. Page([Bit, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], encoding: RleDictionary)] }),
            ("a dictionary of 2^31 - 1 values", new() { Pages = [.. Page(Values(2), int.MaxValue, type: DictionaryPage), .. Page(indices, encoding: RleDictionary)] }),
            ("a dictionary of fewer values than it says", new() { Pages = [.. Page(Values(2), 3, type: DictionaryPage), .. Page(indices, encoding: RleDictionary)] }),
            ("a dictionary alone", new() { Pages = dictionary }),
            ("missing values", new() { IsOptional = true, Pages = Page([2, 0, 0, 0, 8 << 1, 0]) }),
            ("levels without their length", new() { IsOptional = true, Pages = Page([2, 0]) }),
            ("levels beyond the page", new() { IsOptional = true, Pages = Page([255, 0, 0, 0, 8 << 1, 1, .. values]) }),
            ("levels of 4 GB", new() { IsOptional = true, Pages = Page([255, 255, 255, 255, 8 << 1, 1, .. values]) }),
            ("levels that end early", new() { IsOptional = true, Pages = Page([2, 0, 0, 0, 7 << 1, 1, .. values]) }),
            ("a level above the greatest", new() { IsOptional = true, Pages = Page([2, 0, 0, 0, 8 << 1, 2, .. values]) }),
            ("levels and fewer values", new() { IsOptional = true, Pages = Page([.. Levels, .. Values(7)]) }),
            ("no levels", new() { IsOptional = true, Pages = Page([]) }),
            ("a Snappy body of no bytes", new() { Codec = Snappy, Pages = Page([], unpacked: 32) }),
            ("a Snappy body of 2 GB", new() { Codec = Snappy, Pages = Page([0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0], unpacked: 32) }),
            ("a Snappy body of another length than its page", new() { Codec = Snappy, Pages = Page([31, 30 << 2, .. Values(8)[..31]], unpacked: 32) }),
            ("a Snappy literal beyond the body", new() { Codec = Snappy, Pages = Page([32, 31 << 2, 0, 0], unpacked: 32) }),
            ("a Snappy copy from before the beginning", new() { Codec = Snappy, Pages = Page([32, 0, 0, (31 << 2) | 2, 5, 0], unpacked: 32) }),
            ("a Snappy copy from nowhere", new() { Codec = Snappy, Pages = Page([32, 0, 0, (30 << 2) | 2, 0, 0], unpacked: 32) }),
            ("a Snappy body that ends early", new() { Codec = Snappy, Pages = Page([32, 15 << 2, .. Values(4)], unpacked: 32) }),
            ("a gzip body that is none", new() { Codec = 2, Pages = Page(values) }),
            ("a Brotli body that is none", new() { Codec = 4, Pages = Page([.. Enumerable.Repeat((byte)0xFF, 32)]) }),
        }.Select(Build);
    }

    private static MalformedInput Build((string What, ParquetShape Shape) item) => Of(item.What, Name, item.Shape.Build());
}
