using System.IO.Compression;
using System.Text;
using KMeans.Http.Tests.Support;
using KMeans.Input.Parquet;
using KMeans.Input.RecordIO;

namespace KMeans.Http.Tests.Container;

/// <summary>Training data that are wrong, and the error that each must have.</summary>
internal static class DataCorpus
{
    private static readonly byte[] Good = ContainerRoot.Records(0, 40);

    private static int RecordBytes => Good.Length / 40;

    /// <summary>recordIO frames and messages.</summary>
    public static IEnumerable<MalformedJob> Records()
    {
        yield return MalformedJob.Data("no bytes", "there are no rows", []);
        for (var i = 1; i < 40; i++)
        {
            // Every length within the first and the last record, and in between.
            yield return MalformedJob.Data($"cut after {i * 7} bytes", "part-0", Good[..(i * 7 % RecordBytes == 0 ? (i * 7) + 1 : i * 7)]);
        }

        for (var i = 0; i < 8; i++)
        {
            yield return MalformedJob.Data($"header byte {i} of the third record", "train/part-0: ", Patched((2 * RecordBytes) + i, i == 7 ? (byte)0x20 : (byte)0xFE));
        }

        foreach (var flag in new[] { 1, 2, 3, 4, 7 })
        {
            yield return MalformedJob.Data($"continuation flag {flag}", "split into parts", Patched(RecordBytes + 7, (byte)(flag << 5)));
        }

        yield return MalformedJob.Data("another format", "recordIO magic number", Encoding.UTF8.GetBytes("1,2,3,4,5,6\n"));
        yield return MalformedJob.Data("another width", "all rows must be equally wide", [.. Good, .. Framed(writer => writer.Add<float>(RecordField.Features, RecordWriter.Values, [1, 2]))]);
        yield return MalformedJob.Data("not a number", "part-0", [.. Good, .. Framed(writer => writer.Add<float>(RecordField.Features, RecordWriter.Values, [1, 2, float.NaN, 4, 5, 6]))]);
        yield return MalformedJob.Data("infinity", "part-0", [.. Good, .. Framed(writer => writer.Add(RecordField.Features, RecordWriter.Values, [1, 2, double.PositiveInfinity, 4, 5, 6]))]);
        yield return MalformedJob.Data("another name", "has no features[\"values\"]", [.. Good, .. Framed(writer => writer.Add<float>(RecordField.Features, "pixels", [1, 2, 3, 4, 5, 6]))]);
        yield return MalformedJob.Data("a label alone", "has no features[\"values\"]", [.. Good, .. Framed(writer => writer.Add<float>(RecordField.Label, RecordWriter.Values, [1]))]);
        yield return MalformedJob.Data("no fields", "has no features[\"values\"]", [.. Good, .. Framed(_ => { })]);
        yield return MalformedJob.Data("a key twice", "twice", [.. Good, .. Framed(writer => writer.Add<float>(RecordField.Features, RecordWriter.Values, [1, 2], [3, 3], 6))]);
        yield return MalformedJob.Data("a key beyond the shape", "keys count from 0", [.. Good, .. Framed(writer => writer.Add<float>(RecordField.Features, RecordWriter.Values, [1], [6], 6))]);
        yield return MalformedJob.Data("a shape of another width", "all rows must be equally wide", [.. Good, .. Framed(writer => writer.Add<float>(RecordField.Features, RecordWriter.Values, [1], [5], 7))]);
        yield return MalformedJob.Data("half a number", "damaged tensor", [.. Good, .. Frame([0x0A, 0x11, 0x0A, 0x06, .. "values"u8, 0x12, 0x07, 0x12, 0x05, 0x0A, 0x03, 1, 2, 3])]);
        yield return MalformedJob.Data("a length beyond the message", "no valid protobuf message", [.. Good, .. Frame([0x0A, 0x7F])]);
        yield return MalformedJob.Data("a group", "no valid protobuf message", [.. Good, .. Frame([0x0B, 0x0C])]);
        yield return MalformedJob.Data("field number 0", "no valid protobuf message", [.. Good, .. Frame([0x02, 0x00])]);
    }

    /// <summary>CSV text.</summary>
    public static IEnumerable<MalformedJob> Csv()
    {
        yield return MalformedJob.Csv("", "there are no rows");
        yield return MalformedJob.Csv("\n\n", "there are no rows");
        yield return MalformedJob.Csv("a,b,c,d,e,f\n1,2,3,4,5,6\n", "part-0");
        yield return MalformedJob.Csv(Lines("1,2,3,4,5,x"), "column 6 is text");
        yield return MalformedJob.Csv(Lines("1,2,3,4,5") + "1,2,3,4,5,6\n", "rows have 5 features where feature_dim is 6");
        yield return MalformedJob.Csv(Lines("1,2,3,4,5,6") + "1,2,3\n", "part-0: line 21 has 3 fields");
        yield return MalformedJob.Csv(Lines("1,2,3,4,5,6") + "1,2,3,4,5,6,7\n", "line 21 has 7 fields");
        yield return MalformedJob.Csv(Lines("1,2,3,4,5,6") + "1,2,3,4,5,six\n", "ClientError: Unable to parse csv: ");
        yield return MalformedJob.Csv(Lines("1,2,3,4,5,6") + "1,2,3,4,5,\n", "line 21");
        yield return MalformedJob.Csv(Lines("1,2,3,4,5,6") + "1,2,NaN,4,5,6\n", "line 21");
        yield return MalformedJob.Csv(Lines("1,2,3,4,5,6") + "1,2,\"3,4,5,6\n", "part-0");
        yield return MalformedJob.Csv(Lines("1,2,3,4,5,6").Replace("\n", "\r", StringComparison.Ordinal), "part-0");
        yield return MalformedJob.Csv(Lines("1;2;3;4;5;6"), "part-0");
        yield return MalformedJob.Csv(Lines("1\t2\t3\t4\t5\t6"), "part-0");
        yield return MalformedJob.Csv("\0\0\0\0", "part-0");
        yield return MalformedJob.Csv(Lines("1,2,3,4,5,6"), "the first column was taken for labels", "text/csv");
        yield return MalformedJob.Csv(Lines("1,2,3,4,5,6"), "the first 2 columns were taken for labels", "text/csv;label_size=2");
        yield return MalformedJob.Csv(Lines("1,2,3,4,5,6"), "label_size=6 takes as many", "text/csv;label_size=6");
        yield return MalformedJob.Csv(Lines("1"), "label_size=1 takes as many", "text/csv");
        yield return MalformedJob.Csv(Lines("0,1,2,3,4,5,6"), "rows have 7 features where feature_dim is 6");
        yield return MalformedJob.Csv(Lines("1,2,3,4,5"), "rows have 5 features where feature_dim is 6");
        yield return MalformedJob.Data("UTF-16", "UTF-16", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Lines("1,2,3,4,5,6"))], "text/csv;label_size=0");
        yield return MalformedJob.Data("records", "part-0", Good, "text/csv;label_size=0");
        yield return MalformedJob.Csv(string.Join('\n', Enumerable.Repeat("1,2,3,4,5,6", 3)), "k 10: the input has only 3 rows");
    }

    /// <summary>Parquet files and packed files.</summary>
    public static IEnumerable<MalformedJob> ParquetAndGzip()
    {
        const string type = "application/x-parquet";
        var parquet = Parquet(6, 30);
        for (var i = 0; i < 16; i++)
        {
            yield return MalformedJob.Data($"Parquet cut after {parquet.Length * i / 16} bytes", "train", parquet[..(parquet.Length * i / 16)], type);
        }

        yield return MalformedJob.Data("records as Parquet", "part-0", Good, type);
        yield return MalformedJob.Data("Parquet as records", "part-0", parquet);
        yield return MalformedJob.Data("Parquet of another width", "rows have 5 features where feature_dim is 6", Parquet(5, 30), type);
        yield return MalformedJob.Data("Parquet without rows", "there are no rows", Parquet(6, 0), type);
        var packed = Gzip(Good);
        for (var i = 1; i < 16; i++)
        {
            var length = Math.Max(3, packed.Length * i / 16);
            yield return MalformedJob.Data($"gzip cut after {length} bytes", "truncated or damaged", packed[..length]);
        }

        yield return MalformedJob.Data("gzip with a wrong checksum", "truncated or damaged", [.. packed[..^8], 0, 0, 0, 0, .. packed[^4..]]);
        yield return MalformedJob.Data("gzip of records that are cut", "truncated or damaged", Gzip(Good[..^3]));
    }

    /// <summary>Pipes.</summary>
    public static IEnumerable<MalformedJob> Pipes()
    {
        yield return MalformedJob.Pipe("nothing", "there are no rows", []);
        yield return MalformedJob.Pipe("records cut", "record 40", Good[..^5]);
        yield return MalformedJob.Pipe("text as records", "recordIO magic number", Encoding.UTF8.GetBytes(Lines("1,2,3,4,5,6")));
        yield return MalformedJob.Pipe("records as text", "ClientError", Good, "text/csv;label_size=0");
        yield return MalformedJob.Pipe("text with a bad line", "line 21", Encoding.UTF8.GetBytes(Lines("1,2,3,4,5,6") + "1,2\n"), "text/csv;label_size=0");
        yield return MalformedJob.Pipe("packed, cut", "truncated or damaged", Gzip(Good)[..^9]);
        yield return MalformedJob.Pipe("text that should be wrapped", "recordIO magic number", Encoding.UTF8.GetBytes(Lines("1,2,3,4,5,6")), "text/csv;label_size=0", "RecordIO");
        var wrapped = Frame(Encoding.UTF8.GetBytes(Lines("1,2,3,4,5,6")));
        foreach (var length in new[] { 1, 4, 7, 9, 100, wrapped.Length - 1 })
        {
            yield return MalformedJob.Pipe($"wrapped, cut after {length} bytes", "record 1", wrapped[..length], "text/csv;label_size=0", "RecordIO");
        }

        yield return MalformedJob.Pipe("wrapped, nothing", "no files", [], "text/csv;label_size=0", "RecordIO");
        yield return MalformedJob.Pipe("wrapped, a part of a record", "split into parts", [.. wrapped[..7], 0x20, .. wrapped[8..]], "text/csv;label_size=0", "RecordIO");
        yield return MalformedJob.Pipe("wrapped, the second with a bad line", "0000000001: has 2 numeric columns where 6 are expected", [.. wrapped, .. Frame("1,2\n"u8.ToArray())], "text/csv;label_size=0", "RecordIO");
    }

    private static string Lines(string line) => string.Concat(Enumerable.Repeat(line + "\n", 20));

    private static byte[] Patched(int offset, byte value)
    {
        var patched = (byte[])Good.Clone();
        patched[offset] = value;
        return patched;
    }

    private static byte[] Framed(Action<RecordWriter> add)
    {
        using var stream = new MemoryStream();
        var writer = new RecordWriter(stream);
        add(writer);
        writer.EndRecord();
        return stream.ToArray();
    }

    private static byte[] Frame(byte[] payload)
    {
        using var stream = new MemoryStream();
        RecordWriter.Frame(stream, payload);
        return stream.ToArray();
    }

    private static byte[] Gzip(byte[] content)
    {
        using var target = new MemoryStream();
        using (var stream = new GZipStream(target, CompressionLevel.Fastest))
        {
            stream.Write(content);
        }

        return target.ToArray();
    }

    private static byte[] Parquet(int width, int rows)
    {
        using var stream = new MemoryStream();
        using (var writer = new ParquetWriter(stream, Enumerable.Range(0, width).Select(i => new ParquetWriterColumn($"x{i}", ParquetWriterType.Real32))))
        {
            if (rows > 0)
            {
                writer.WriteRowGroup(rows, [.. Enumerable.Range(0, width).Select(i => ParquetColumnData.Of(Enumerable.Range(0, rows).Select(row => (float)(row + i)).ToArray()))]);
            }

            writer.Finish();
        }

        return stream.ToArray();
    }
}
