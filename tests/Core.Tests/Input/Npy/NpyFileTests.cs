using System.Globalization;
using System.Text;
using KMeans.Input;
using KMeans.Input.Npy;

namespace KMeans.Tests.Input.Npy;

public class NpyFileTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Data", "Formats");

    private static NpyFile Open(byte[] content) => new(new MemoryByteSource(content, "test.npy"));

    private static NpyFile OpenData(string name) => new(new LocalByteSource(Path.Combine(Folder, name)));

    private static byte[] Write(string header, int dataBytes, byte version = 1, int? declaredLength = null)
    {
        var length = BitConverter.GetBytes(declaredLength ?? header.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. version == 1 ? length[..2] : length, .. Encoding.ASCII.GetBytes(header), .. new byte[dataBytes]];
    }

    [Theory]
    [InlineData("f4", "float")]
    [InlineData("f8", "double")]
    [InlineData("i1", "int8")]
    [InlineData("i2", "int16")]
    [InlineData("i4", "int32")]
    [InlineData("i8", "int64")]
    [InlineData("u1", "uint8")]
    [InlineData("u2", "uint16")]
    [InlineData("u4", "uint32")]
    [InlineData("u8", "uint64")]
    [InlineData("f2", "half")]
    public void Arrays_OfEveryTypeAndByteOrder_AreRead(string type, string name)
    {
        foreach (var order in type[1] == '1' ? ["little"] : new[] { "little", "big" })
        {
            using var file = OpenData($"{order}-{type}.npy");
            double[][] expected = type == "f2" ? [[1.5, -2, 3.25], [1000, 0, -0.5]] : type[0] == 'f' ? [[1.5, -2, 3.25], [1700000060, 0, -0.5]] : [[1, 2, 3], [100, 0, 7]];
            Assert.Equal(2, file.RowCount);
            Assert.Equal(name, file.Columns[0].Type);
            Assert.Equal(["c0", "c1", "c2"], file.Columns.Select(column => column.Name));
            Assert.False(file.HasColumnNames);
            var asFloats = type == "f4" ? [.. expected.Select(row => row.Select(value => (double)(float)value).ToArray())] : expected;
            Assert.Equal(asFloats, file.ReadRows<double>());
            Assert.Equal(expected.Select(row => row.Select(value => (float)value).ToArray()), file.ReadRows<float>());
            Assert.Equal(asFloats.Select(row => new[] { $"{row[2]:R}", $"{row[0]:R}" }), file.ReadValues([2, 0]));
        }
    }

    [Fact]
    public void Booleans_AreZeroAndOne()
    {
        using var file = OpenData("little-b1.npy");
        Assert.Equal([[1f, 1f, 1f], [1f, 0f, 1f]], file.ReadRows<float>());
        Assert.Equal([["1"], ["0"]], file.ReadValues([1]));
    }

    [Theory]
    [InlineData("version2.npy")]
    [InlineData("version3.npy")]
    public void Versions_TwoAndThree_AreRead(string name) => Assert.Equal([[1.5f, -2f, 3.25f], [1700000060f, 0f, -0.5f]], OpenData(name).ReadRows<float>());

    [Fact]
    public void Arrays_OfOneDimension_AreOneColumn() => Assert.Equal([[0f], [1f], [2f], [3f]], OpenData("one-dimension.npy").ReadRows<float>());

    [Fact]
    public void Arrays_WithoutRows_GiveNone()
    {
        using var file = OpenData("no-rows.npy");
        Assert.Equal(0, file.RowCount);
        Assert.Equal(3, file.Columns.Count);
        Assert.Empty(file.ReadRows<float>());
    }

    [Theory]
    [InlineData("fortran.npy", "numpy.ascontiguousarray")]
    [InlineData("three-dimensions.npy", "3 dimensions")]
    [InlineData("text.npy", "'<U2'")]
    [InlineData("structured.npy", "structured")]
    public void Arrays_ThatAreNoRows_AreRefused(string name, string reason) => InputReading.AssertRefused(() => OpenData(name), name, reason);

    [Fact]
    public void Files_CutAnywhere_AreRefused()
    {
        foreach (var name in new[] { "little-f4.npy", "version2.npy" })
        {
            var content = File.ReadAllBytes(Path.Combine(Folder, name));
            for (var length = 0; length < content.Length; length++)
            {
                InputReading.AssertRefused(() => Open(content[..length]), "test.npy: ");
            }

            InputReading.AssertRefused(() => Open([.. content, 0]), "test.npy: ", "the file has 25");
        }
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4611686018427387904), }")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 4), }")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 2000000000), }")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 0), }")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (), }")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 4), }")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, }")]
    [InlineData("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1, 1), }")]
    [InlineData("{'descr': [('x', '<f4', 'fortran_order': False, 'shape': (1, 1), }")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1, 1), }")]
    [InlineData("{'descr': '<f4")]
    [InlineData("")]
    public void Headers_ThatLie_AreRefused(string header) => InputReading.AssertRefused(() => Open(Write(header, 4)), "test.npy: ");

    [Fact]
    public void Headers_OfImpossibleLength_AreRefusedUnread()
    {
        InputReading.AssertRefused(() => Open(Write("{", 100, 2, int.MaxValue)), "ends inside the .npy header");
        InputReading.AssertRefused(() => Open(Write("{", 2 << 20, 2, 2 << 20)), "limit");
        InputReading.AssertRefused(() => Open(Write("{", 4, 4)), "version 4");
    }

    [Fact]
    public void Columns_WithTransformAndWeights_AreComputedInDouble()
    {
        var values = new long[] { 1_700_000_000_000_000_001, 2, 5, 1_700_000_000_000_000_004, 3, 7 };
        var header = "{'descr': '<i8', 'fortran_order': False, 'shape': (2, 3), }";
        using var file = Open([.. Write(header, 0), .. values.SelectMany(BitConverter.GetBytes)]);
        var weights = new List<double>();
        var transform = new ColumnTransform([1, 1_700_000_000_000_000_000], [0.5, 2]);
        Assert.Equal([[2f, 2f], [3f, 8f]], file.ReadRows<float>(null, new ColumnSelection([2, 0], 1), transform, weights));
        Assert.Equal([2.0, 3.0], weights);
        Assert.Equal("1700000000000000001", file.ReadValues([0])[0][0]);
    }

    [Fact]
    public void UnsignedLongs_KeepAllDigits()
    {
        var header = "{'descr': '<u8', 'fortran_order': False, 'shape': (2, 1), }";
        using var file = Open([.. Write(header, 0), .. BitConverter.GetBytes(ulong.MaxValue), .. BitConverter.GetBytes(9007199254740993UL)]);
        Assert.Equal([["18446744073709551615"], ["9007199254740993"]], file.ReadValues([0]));
        Assert.Equal([[(double)ulong.MaxValue - 9007199254740992.0], [1.0]], file.ReadRows<double>(transform: new ColumnTransform([9007199254740992.0], [1])));
    }

    [Theory]
    [InlineData("<f4", 4)]
    [InlineData(">f4", 4)]
    [InlineData("<f8", 8)]
    [InlineData("<i2", 2)]
    public void Rows_OfAnyWidthThroughAnyRange_FollowTheFormula(string type, int size)
    {
        foreach (var width in new[] { 1, 3, 15, 16, 17, 33, 1025 })
        {
            const int RowCount = 11;
            var random = new Random(width);
            var values = Enumerable.Range(0, RowCount * width).Select(_ => (double)random.Next(-3000, 3000)).ToArray();
            var bytes = values.SelectMany(value => type[1..] switch { "f4" => BitConverter.GetBytes((float)value), "f8" => BitConverter.GetBytes(value), _ => BitConverter.GetBytes((short)value) })
                .Chunk(size).SelectMany(element => type[0] == '>' ? element.Reverse() : element);
            using var file = Open([.. Write(string.Create(CultureInfo.InvariantCulture, $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({RowCount}, {width})}}"), 0), .. bytes]);
            var transform = new ColumnTransform([.. Enumerable.Range(0, width).Select(i => i / 3.0)], [.. Enumerable.Range(0, width).Select(i => 1 + (i / 7.0))]);
            var rows = file.ReadRows<float>(new FileRange(2, 10), null, transform);
            Assert.Equal(8, rows.Count);
            for (var i = 0; i < rows.Count; i++)
            {
                Assert.Equal(Enumerable.Range(0, width).Select(j => (float)transform.Apply(values[((i + 2) * width) + j], j)), rows[i]);
            }

            Assert.Equal(values, file.ReadRows<double>().SelectMany(row => row));
            Assert.Equal(values.Select(value => (float)value), file.ReadRows<float>().SelectMany(row => row));
        }
    }

    [Fact]
    public void Ranges_BeyondTheFile_AreRefused() => InputReading.AssertRefused(() => OpenData("little-f4.npy").ReadRows<float>(new FileRange(1, 3)), "has 2 rows", "rows 2 to 3");

    [Fact]
    public void Skip_MovesTheRowIndex()
    {
        using var file = OpenData("one-dimension.npy");
        using var reader = file.OpenRows(new FileRange(1, 4), file.AllColumns(), ColumnTransform.Identity(1));
        Assert.Equal(2, reader.Skip(2));
        var batch = new RowBatch<float>(5, 1, false);
        Assert.Equal(1, reader.Read(batch, 5));
        Assert.Equal((3f, 3L), (batch.Samples[0], batch.Rows[0]));
        Assert.Equal(0, reader.Skip(1));
    }
}
