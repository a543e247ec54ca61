using Google.Protobuf;
using KMeans.Input;
using KMeans.Input.RecordIO;

namespace KMeans.Tests.Input.RecordIO;

public class RecordIOFileTests
{
    /// <summary>Bytes that protoc and the reference's record writer produce.</summary>
    private const string DenseFloat = "0a23d7ce18000000 0a160a0676616c756573120c120a0a080000c03f000000c0";
    private const string SparseFloat = "0a23d7ce21000000 0a1f0a0676616c756573121512130a080000803f0000804012031aac021a02d00f 000000";
    private const string DenseWithLabel = "0a23d7ce28000000 0a120a0676616c756573120812060a040000c03f12120a0676616c756573120812060a040000e040";
    private const string DenseDouble = "0a23d7ce18000000 0a160a0676616c756573120c1a0a0a08000000000000f83f";
    private const string DenseInt = "0a23d7ce1b000000 0a190a0676616c756573120f3a0d0a0b01ffffffffffffffffff01 00";

    [Theory]
    [InlineData(DenseFloat, "float", new[] { 1.5, -2.0 })]
    [InlineData(DenseWithLabel, "float", new[] { 1.5 })]
    [InlineData(DenseDouble, "double", new[] { 1.5 })]
    [InlineData(DenseInt, "int32", new[] { 1.0, -1.0 })]
    public void GoldenBytes_Dense_AreRead(string hex, string type, double[] expected)
    {
        using var file = Open(Bytes(hex), Bytes(hex));
        Assert.Equal(2, file.RowCount);
        Assert.Equal(type, file.Columns[0].Type);
        Assert.Equal([expected, expected], file.ReadRows<double>());
        Assert.Equal([[.. expected.Select(value => (float)value)], [.. expected.Select(value => (float)value)]], file.ReadRows<float>());
        Assert.Equal($"{expected[^1]:R}", file.ReadValues([expected.Length - 1])[1][0]);
    }

    [Fact]
    public void GoldenBytes_Sparse_AreZeroElsewhere()
    {
        using var file = Open(Bytes(SparseFloat));
        var row = Assert.Single(file.ReadRows<float>());
        Assert.Equal(2000, row.Length);
        Assert.Equal((1f, 4f, 5f), (row[26], row[300], row.Sum()));
    }

    [Fact]
    public void Records_OfAllEncodings_AreTheSameRow()
    {
        var values = new[] { 1f, 0f, -2.5f };
        byte[][] payloads =
        [
            Record(Entry(Tensor(2, Packed(values)))),
            Record(Entry(Tensor(2, Unpacked(values)))),
            Record(Entry(Tensor(2, Packed(values[..1]), Packed(values[1..])))),
            Record(Entry(Tensor(2, Packed(values), Longs(3, 3)))),
            Record(Entry(Tensor(2, Longs(3, 1, 3), Packed(values)))),
            Record(Entry(Tensor(2, Longs(3, 3), Longs(2, 2, 0), Packed([-2.5f, 1f])))),
            Record(Entry(Tensor(3, Field(1, [.. values.SelectMany(value => BitConverter.GetBytes((double)value))])))),
            Record(Entry(Tensor(2, Packed(values)), "values", true)),
            Record(Entry(Tensor(2, Packed([9f])), "other"), Entry(Tensor(2, Packed(values)))),
            Record(Entry(Tensor(2, Packed([9f]))), Entry(Tensor(2, Packed(values)))),
            Record(Entry([.. Tensor(7, Field(1, [1, 2])), .. Tensor(2, Packed(values))])),
            Record(Field(3, "uid"u8.ToArray()), Varint(99, 7), Entry([.. Varint(31, 1), .. Tensor(2, Varint(17, 5), Packed(values))]), Field(5, [1, 2, 3])),
            Record(Field(2, [.. Field(1, "values"u8.ToArray()), .. Field(2, Tensor(2, Packed([7f])))]), Entry(Tensor(2, Packed(values)))),
        ];
        foreach (var first in payloads)
        {
            using var file = Open([Frame(first), .. payloads.Select(Frame)]);
            Assert.Equal(payloads.Length + 1, file.RowCount);
            Assert.All(file.ReadRows<float>(), row => Assert.Equal(values, row));
        }
    }

    [Fact]
    public void Labels_ThatDiffer_NeedNoParsing()
    {
        var records = Enumerable.Range(0, 50).Select(i => Record(Entry(Tensor(2, Packed([i, -i]))), Field(2, [.. Field(1, "values"u8.ToArray()), .. Field(2, Tensor(2, Packed([i])))]))).ToArray();
        using var file = Open([.. records.Select(Frame)]);
        Assert.True(file.Index.Stride > 0);
        Assert.All(records, record => Assert.True(file.Template!.TryMatch(record, out _)));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => new float[] { i, -i }), file.ReadRows<float>());
    }

    [Fact]
    public void Records_OfEqualLength_AreFoundWithoutReadingAll()
    {
        var content = Enumerable.Range(0, 20_000).SelectMany(i => Frame(Record(Entry(Tensor(2, Packed([.. Enumerable.Repeat((float)i, 50)])))))).ToArray();
        var source = new MemoryByteSource(content, "test.pbr");
        using var file = new RecordIOFile(source);
        Assert.Equal(20_000, file.RowCount);
        Assert.InRange(source.BytesRead, 0, 20_000);
        Assert.Equal([[19_998f], [19_999f]], file.ReadRows<float>(new FileRange(19_998, 20_000), new ColumnSelection([49])));
        var before = source.BytesRead;
        Assert.Equal(20_000, file.ReadRows<float>().Count);
        Assert.Equal(content.Length, source.BytesRead - before);
    }

    [Fact]
    public void Records_OfDifferentLengths_AreIndexed()
    {
        const int Count = 5000;
        var records = Enumerable.Range(0, Count).Select(i => Frame(Record(Entry(Tensor(2, Longs(3, 10), Longs(2, [.. Enumerable.Range(0, i % 10).Select(key => (ulong)key)]), Packed([.. Enumerable.Repeat((float)i, i % 10)])))))).ToArray();
        using var file = Open(records);
        Assert.Equal(Count, file.RowCount);
        Assert.Equal(0, file.Index.Stride);
        foreach (var start in new[] { 0, 1, 1023, 1024, 1025, 4095, Count - 1, Count })
        {
            var rows = file.ReadRows<float>(new FileRange(start, Math.Min(start + 3, Count)));
            Assert.Equal(Enumerable.Range(start, Math.Min(3, Count - start)).Select(i => (float)(i * (i % 10))), rows.Select(row => row.Sum()));
        }

        using var reader = file.OpenRows(new FileRange(10, Count), new ColumnSelection([0]), ColumnTransform.Identity(1));
        var batch = new RowBatch<float>(2, 1, false);
        Assert.Equal(3001, reader.Skip(3001));
        Assert.Equal(1, reader.Read(batch, 1));
        Assert.Equal((3011L, 3011f), (batch.Rows[0], batch.Samples[0]));
        Assert.Equal(Count - 3012, reader.Skip(Count));
    }

    [Fact]
    public void Columns_WithTransformAndWeights_AreComputedInDouble()
    {
        using var file = Open(Frame(Record(Entry(Tensor(2, Packed([10, 20, 30]))))), Frame(Record(Entry(Tensor(2, Unpacked([11, 21, 31]))))));
        var weights = new List<double>();
        Assert.Equal([[58f, -5f], [60f, -4.5f]], file.ReadRows<float>(null, new ColumnSelection([2, 0], 1), new ColumnTransform([1, 20], [2, 0.5]), weights));
        Assert.Equal([20.0, 21.0], weights);
    }

    [Fact]
    public void Files_WithoutRecords_HaveNoRowsAndNoColumns()
    {
        using var file = Open([]);
        Assert.Equal(0, file.RowCount);
        Assert.Empty(file.Columns);
        Assert.Empty(file.ReadRows<float>());
    }

    [Theory]
    [InlineData(DenseFloat)]
    [InlineData(SparseFloat)]
    [InlineData(DenseInt)]
    public void Files_CutAnywhere_AreRefused(string hex)
    {
        byte[] content = [.. Bytes(hex), .. Bytes(hex)];
        for (var length = 1; length < content.Length; length++)
        {
            if (length != content.Length / 2)
            {
                InputReading.AssertRefused(() => Open(content[..length]), "test.pbr: ", length < content.Length / 2 ? "record 1" : "record 2");
            }
        }
    }

    [Fact]
    public void Files_WithAnyBitChanged_GiveRowsOrAnInputError()
    {
        foreach (var hex in new[] { DenseFloat, SparseFloat, DenseWithLabel, DenseDouble, DenseInt })
        {
            var content = Bytes(hex);
            for (var i = 0; i < content.Length * 8; i++)
            {
                var damaged = (byte[])content.Clone();
                damaged[i / 8] ^= (byte)(1 << (i % 8));
                var exception = Xunit.Record.Exception(() => Open(damaged).ReadRows<float>(selection: new ColumnSelection([0])));
                Assert.True(exception is null or InputException, $"bit {i % 8} of byte {i / 8}: {exception}");
            }
        }
    }

    [Fact]
    public void Headers_ThatAreWrong_NameTheRecord()
    {
        var good = Bytes(DenseFloat);
        var magic = (byte[])good.Clone();
        magic[0] ^= 1;
        InputReading.AssertRefused(() => Open(good, magic), "test.pbr: record 2 does not begin with the recordIO magic number (byte 32)");
        var split = (byte[])good.Clone();
        split[7] |= 0x20;
        InputReading.AssertRefused(() => Open(good, split), "test.pbr: record 2 is split into parts");
        InputReading.AssertRefused(() => Open([.. good[..4], 255, 255, 255, 0x1F, .. good[8..]]), "record 1 is cut off");
    }

    [Theory]
    [InlineData(new float[0], new ulong[0], new ulong[0], "has 0 values")]
    [InlineData(new[] { 1f }, new ulong[] { 0 }, new ulong[0], "keys but no shape")]
    [InlineData(new[] { 1f }, new ulong[] { 5 }, new ulong[] { 5 }, "the key 5, but its shape says 5")]
    [InlineData(new[] { 1f }, new[] { ulong.MaxValue }, new ulong[] { 5 }, "the key 18446744073709551615")]
    [InlineData(new[] { 1f, 2f }, new ulong[] { 1, 1 }, new ulong[] { 5 }, "the key 1 twice")]
    [InlineData(new[] { 1f, 2f }, new ulong[] { 1 }, new ulong[] { 5 }, "1 keys but 2 values")]
    [InlineData(new[] { 1f, 2f }, new ulong[0], new ulong[] { 5 }, "has 2 values, but its shape says 5")]
    [InlineData(new[] { 1f }, new ulong[] { 1 }, new[] { ulong.MaxValue, ulong.MaxValue }, "the limit")]
    public void Tensors_ThatContradictThemselves_AreRefused(float[] values, ulong[] keys, ulong[] shape, string reason)
    {
        var tensor = Tensor(2, Packed(values), Longs(2, keys), Longs(3, shape));
        InputReading.AssertRefused(() => Open(Frame(Record(Entry(tensor)))), "test.pbr: record 1 ", reason);
    }

    [Fact]
    public void Records_WithoutATensor_AreRefused()
    {
        InputReading.AssertRefused(() => Open(Frame([])), "record 1 has no features[\"values\"]");
        InputReading.AssertRefused(() => Open(Frame(Record(Entry(Tensor(2, Packed([1f])), "pixels")))), "record 1 has no features[\"values\"]");
        InputReading.AssertRefused(() => Open(Frame(Record(Entry(Field(9, [1, 2]))))), "no float32, float64 or int32 tensor");
        InputReading.AssertRefused(() => Open(Frame([0x0A, 0xFF])), "no valid protobuf message");
    }

    [Fact]
    public void Records_OfAnotherWidth_AreNamed()
    {
        var narrow = Frame(Record(Entry(Tensor(2, Packed([1f, 2f])))));
        var wide = Frame(Record(Entry(Tensor(2, Packed([1f, 2f, 3f])))));
        using var file = Open(narrow, wide, narrow);
        InputReading.AssertRefused(() => file.ReadRows<float>(), "test.pbr: record 2 has 3 values, the first record has 2");

        // Narrower than its neighbours where no probe looks: 5000 records, one of them longer and the next one shorter.
        var records = Enumerable.Repeat(wide, 5000).ToArray();
        records[3] = Frame(Record(Entry(Tensor(2, Packed([1f, 2f, 3f, 4f])))));
        records[4] = narrow;
        using var large = Open(records);
        InputReading.AssertRefused(() => large.ReadRows<float>(), "test.pbr: record 4 has");
    }

    private static RecordIOFile Open(params byte[][] records) => new(new MemoryByteSource([.. records.SelectMany(record => record)], "test.pbr"));

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private static byte[] Frame(byte[] payload) => [0x0A, 0x23, 0xD7, 0xCE, .. BitConverter.GetBytes(payload.Length), .. payload, .. new byte[(4 - (payload.Length % 4)) % 4]];

    private static byte[] Record(params byte[][] fields) => [.. fields.SelectMany(field => field)];

    private static byte[] Entry(byte[] value, string key = "values", bool valueFirst = false)
    {
        var keyField = Field(1, System.Text.Encoding.ASCII.GetBytes(key));
        return Field(1, valueFirst ? [.. Field(2, value), .. keyField] : [.. keyField, .. Field(2, value)]);
    }

    private static byte[] Tensor(int kind, params byte[][] fields) => Field(kind, Record(fields));

    private static byte[] Packed(float[] values) => Field(1, [.. values.SelectMany(BitConverter.GetBytes)]);

    private static byte[] Unpacked(float[] values) => [.. values.SelectMany(value => Encode(output =>
    {
        output.WriteTag(1, WireFormat.WireType.Fixed32);
        output.WriteFloat(value);
    }))];

    private static byte[] Longs(int field, params ulong[] values) => Field(field, [.. values.SelectMany(value => Encode(output => output.WriteUInt64(value)))]);

    private static byte[] Varint(int field, ulong value) => Encode(output =>
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteUInt64(value);
    });

    private static byte[] Field(int field, byte[] content) => Encode(output =>
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(content));
    });

    private static byte[] Encode(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, true))
        {
            write(output);
        }

        return stream.ToArray();
    }
}
