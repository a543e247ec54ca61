using System.IO.Compression;
using System.Text;
using static KMeans.Client.Tests.Malformed.MalformedInput;

namespace KMeans.Client.Tests.Malformed;

/// <summary>CSV files, packed or not, and weights.</summary>
internal static class TextCorpus
{
    private const string Good = "x,y\n1,2\n3,4\n5,6\n7,8\n";

    private static readonly string[] NotNumbers = ["abc", "1.2.3", "1e", "--1", "0x10", "\"1,000\"", "1 2", "1e5x", "+-1", "e5", "1..2", "1_000", "$5", "5%", "1/2", "\u0661", "1;2", "\"\"\"7\"\"\""];

    private static readonly string[] NotFinite = ["", "NaN", "inf", "-inf", "NA", "1e39", "-1e400", "\"\""];

    public static IEnumerable<MalformedInput> Csv() =>
    [
        .. NotNumbers.Select(text => MalformedInput.Csv($"'{text}' for a number", Good + $"9,{text}\n1,2\n")),
        .. NotFinite.Select(text => MalformedInput.Csv($"'{text}' for a number", Good + $"{text},9\n1,2\n")),
        .. new[] { "1\n", "1,2,3\n", "1,2,\n", ",,\n", "\"1,2\"\n" }.Select(line => MalformedInput.Csv($"a line '{line.TrimEnd()}' of another width", Good + line + Good[4..])),
        MalformedInput.Csv("empty", ""),
        MalformedInput.Csv("one line end", "\n"),
        MalformedInput.Csv("blank lines", "\r\n\r\n\n"),
        MalformedInput.Csv("a byte order mark alone", "\uFEFF"),
        MalformedInput.Csv("a header alone", "x,y\n"),
        MalformedInput.Csv("a header without its line end", "x,y"),
        MalformedInput.Csv("fewer rows than clusters", "x,y\n1,2\n") with { Culprit = "--k 2" },
        MalformedInput.Csv("text alone", "name,town\nann,rome\nbob,oslo\n"),
        MalformedInput.Csv("a page of a website", "<!DOCTYPE html>\n<html><body>Not found</body></html>\n"),
        MalformedInput.Csv("an open quote in the header", "x,\"y\n1,2\n3,4\n"),
        MalformedInput.Csv("an open quote in a row", Good + "\"9,10\n11,12\n"),
        MalformedInput.Csv("line ends of CR alone", Good.Replace('\n', '\r')),
        MalformedInput.Csv("a NUL byte", Good + "9,\0\n"),
        Of("UTF-16, little endian", "rows.csv", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Good)]),
        Of("UTF-16, big endian", "rows.csv", [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(Good)]),
        Of("UTF-16 without a mark", "rows.csv", Encoding.Unicode.GetBytes(Good)),
        Of("bytes of no text", "rows.csv", [.. Enumerable.Range(0, 256).Select(i => (byte)(i * 37))]),
        Of("a name that tells nothing", "rows.unknown", Encoding.UTF8.GetBytes(Good)),
        MalformedInput.Csv("another delimiter than said", Good, "--delimiter", ";"),
        MalformedInput.Csv("a header where none is said to be", Good, "--header", "no"),
        MalformedInput.Csv("a column that is not there", Good, "--columns", "x,z"),
        MalformedInput.Csv("an excluded column that is not there", Good, "--exclude", "z"),
        MalformedInput.Csv("no column left", Good, "--exclude", "x,y"),
        MalformedInput.Csv("values whose squares overflow", "x,y\n1e300,1\n-1e300,2\n1e299,3\n2,4\n", "--scale", "standard"),
        MalformedInput.Csv("two columns of one name", "x,x\n1,2\n3,4\n5,6\n"),
        .. new[] { "parquet", "npy", "fvecs", "bvecs", "idx", "recordio" }.Select(format => MalformedInput.Csv($"text read as {format}", Good, "--format", format)),
    ];

    public static IEnumerable<MalformedInput> Weights()
    {
        foreach (var weight in new[] { "-1", "-0.5", "nan", "inf", "", "heavy", "1e999" })
        {
            yield return MalformedInput.Csv($"a weight '{weight}'", Good + $"{weight},9\n1,2\n", "--weight-column", "x");
        }

        yield return MalformedInput.Csv("weights that are all zero", "x,y\n0,1\n0,2\n0,3\n", "--weight-column", "x");
        yield return MalformedInput.Csv("weights that overflow", "x,y\n1e308,1\n1e308,2\n1e308,3\n", "--weight-column", "x");
        yield return MalformedInput.Csv("a weight column that is not there", Good, "--weight-column", "z");
        yield return MalformedInput.Csv("nothing beside the weights", "x\n1\n2\n3\n", "--weight-column", "x");
    }

    public static IEnumerable<MalformedInput> Gzip()
    {
        var packed = Pack(Encoding.UTF8.GetBytes(Good));
        byte[] trailer = [.. Enumerable.Range(1, 8).Select(i => (byte)i)];
        return
        [
            .. Truncated("rows.csv.gz", packed, 12),
            .. trailer.Select(back => Of($"byte {back} from the end changed", "rows.csv.gz", Patch(packed, packed.Length - back, (byte)(packed[^back] ^ 0x10)))),
            Of("another magic number", "rows.csv.gz", Patch(packed, 0, 0x1E)),
            Of("another method", "rows.csv.gz", Patch(packed, 2, 7)),
            Of("a block of no known type", "rows.csv.gz", Patch(packed, 10, 0xFF)),
            Of("text that is not packed", "rows.csv.gz", Encoding.UTF8.GetBytes(Good)),
            Of("packed twice", "rows.csv.gz", Pack(packed)),
            Of("an array inside", "rows.csv.gz", Pack([0x93, .. "NUMPY"u8, 1, 0, 0, 0])),
            Of("a second part cut short", "rows.csv.gz", [.. packed, .. packed[..^3]]),
            Of("a bad number inside", "rows.csv.gz", Pack(Encoding.UTF8.GetBytes(Good + "9,x\n"))),
        ];
    }

    public static byte[] Pack(byte[] content)
    {
        using var target = new MemoryStream();
        using (var stream = new GZipStream(target, CompressionLevel.Optimal))
        {
            stream.Write(content);
        }

        return target.ToArray();
    }
}
