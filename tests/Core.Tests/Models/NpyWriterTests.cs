using System.Text;
using KMeans.Input;
using KMeans.Models;
using KMeans.Tests.Support;

namespace KMeans.Tests.Models;

public sealed class NpyWriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Write_OfAMatrix_GivesTheDocumentedBytes()
    {
        using var stream = new MemoryStream();

        NpyWriter.Write<float>(stream, [1, 2, 3, 4, 5, 6], 3);

        var bytes = stream.ToArray();
        var text = Encoding.Latin1.GetString(bytes);
        Assert.StartsWith("\u0093NUMPY\u0001\u0000\u0076\u0000{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } ", text, StringComparison.Ordinal);
        Assert.Equal('\n', text[127]);
        Assert.Equal("0000803f0000004000004040000080400000a0400000c040", Convert.ToHexStringLower(bytes.AsSpan(128)));
    }

    [Fact]
    public void Complete_OfAnUnknownRowCount_GivesTheBytesOfAKnownOne()
    {
        using var known = new MemoryStream();
        using var unknown = new MemoryStream();
        unknown.Write("before"u8);
        NpyWriter.Write<double>(known, new double[3000], 3);

        var writer = new NpyWriter<double>(unknown, 3);
        writer.Append(new double[4]);
        writer.Append(new double[2996]);
        writer.Complete();
        unknown.Write("behind"u8);

        Assert.Equal([.. "before"u8, .. known.ToArray(), .. "behind"u8], unknown.ToArray());
    }

    [Theory]
    [InlineData(2L, 5)]
    [InlineData(2L, 9)]
    [InlineData(null, 5)]
    public void Complete_OfAnotherNumberOfValues_IsRefused(long? rowCount, int valueCount)
    {
        var writer = new NpyWriter<long>(new MemoryStream(), 3, rowCount);
        writer.Append(new long[valueCount]);

        Assert.Throws<InvalidOperationException>(writer.Complete);
    }

    [Fact]
    public void Write_OfAnUnsupportedType_IsRefused() => Assert.Throws<NotSupportedException>(() => new NpyWriter<byte>(new MemoryStream(), 3));

    [PrerequisiteFact(Prerequisite.Python)]
    public void Write_OfEveryType_IsReadByNumpy()
    {
        Save<float>("f4", [1.5f, -2, 3, 4, 5, 6]);
        Save<double>("f8", [1.5, -2, 3, 4, 5, 6]);
        Save<long>("i8", [1, -2, 3, 4, 5, long.MaxValue]);

        var output = PythonScript.Run("import numpy, sys\nfor n in ('f4', 'f8', 'i8'): a = numpy.load(sys.argv[1] + '/' + n); print(a.dtype, a.shape, a.tolist())", folder.Path);

        Assert.Equal(
            ["float32 (3, 2) [[1.5, -2.0], [3.0, 4.0], [5.0, 6.0]]", "float64 (3, 2) [[1.5, -2.0], [3.0, 4.0], [5.0, 6.0]]", "int64 (3, 2) [[1, -2], [3, 4], [5, 9223372036854775807]]"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [PrerequisiteFact(Prerequisite.Python)]
    public void Read_OfWhatNumpySaves_GivesItsValues()
    {
        var path = folder.File("numpy.npy");
        PythonScript.Run("import numpy, sys; numpy.save(sys.argv[1], numpy.arange(6, dtype='<f8').reshape(2, 3) / 7)", path);

        using var source = new LocalByteSource(path);
        var shape = NpyReader.ReadShape(source);

        Assert.Equal((2, 3), (shape.RowCount, shape.ColumnCount));
        Assert.Equal(Enumerable.Range(0, 6).Select(i => i / 7.0), NpyReader.Read<double>(source, shape));
    }

    private void Save<T>(string name, T[] values)
        where T : unmanaged
    {
        using var stream = File.Create(folder.File(name));
        NpyWriter.Write<T>(stream, values, 2);
    }
}
