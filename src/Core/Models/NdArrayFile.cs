namespace KMeans.Models;

/// <summary>A matrix read from a file that others may have written.</summary>
/// <param name="RowCount">Rows, 1 or more.</param>
/// <param name="ColumnCount">Columns, 1 or more.</param>
/// <param name="Values">Row-major (rows, columns), finite.</param>
internal sealed record Matrix(int RowCount, int ColumnCount, double[] Values);

/// <summary>The reference product's model file: a saved list of one MXNet NDArray, the centers as float32 of shape (k, d).</summary>
/// <remarks>Layout, little-endian: docs/design/model-format.md. Source: Apache MXNet, src/ndarray/ndarray.cc.</remarks>
internal static class NdArrayFile
{
    /// <summary>The first eight bytes of every file.</summary>
    public const ulong ListMagic = 0x112;

    private const uint V1Magic = 0xF993FAC8;
    private const uint V2Magic = 0xF993FAC9;
    private const uint V3Magic = 0xF993FACA;
    private const int Dense = 0;
    private const int Cpu = 1;
    private const int Float32 = 0;
    private const int Float64 = 1;
    private const long FixedBytes = 72;

    /// <summary>Size of a written file.</summary>
    /// <param name="clusterCount">k.</param>
    /// <param name="featureCount">d.</param>
    /// <returns>Bytes.</returns>
    public static long Size(int clusterCount, int featureCount) => FixedBytes + ((long)clusterCount * featureCount * sizeof(float));

    /// <summary>Writes centers as version 2, which every MXNet since 0.12 reads.</summary>
    /// <param name="stream">Written to.</param>
    /// <param name="centers">Row-major (k, d).</param>
    /// <param name="featureCount">d.</param>
    public static void Write(Stream stream, ReadOnlySpan<float> centers, int featureCount)
    {
        LittleEndian.Write<ulong>(stream, [ListMagic, 0, 1]);
        LittleEndian.Write(stream, V2Magic);
        LittleEndian.Write<int>(stream, [Dense, 2]);
        LittleEndian.Write<long>(stream, [centers.Length / featureCount, featureCount]);
        LittleEndian.Write<int>(stream, [Cpu, 0, Float32]);
        LittleEndian.Write(stream, centers);
        LittleEndian.Write(stream, 0UL);
    }

    /// <summary>Reads a file of any version, with float32 or float64 elements, named or not.</summary>
    /// <param name="stream">At the file's beginning.</param>
    /// <param name="length">The file's size: nothing larger is allocated.</param>
    /// <param name="path">For messages.</param>
    /// <returns>The matrix.</returns>
    /// <exception cref="InputException">It is no such file, is damaged, or holds something else than one finite matrix.</exception>
    public static Matrix Read(Stream stream, long length, string path)
    {
        try
        {
            return ReadList(stream, length, path);
        }
        catch (EndOfStreamException e)
        {
            throw new InputException($"{path}: the model file ends too early; it is truncated, so fetch or save it again.", e);
        }
    }

    private static Matrix ReadList(Stream stream, long length, string path)
    {
        Require(LittleEndian.Read<ulong>(stream) == ListMagic, path, "does not begin like a saved MXNet array list");
        Require(LittleEndian.Read<ulong>(stream) == 0, path, "its reserved field is not 0");
        Require(LittleEndian.Read<ulong>(stream) == 1, path, "holds no array or several, where a k-means model has one");
        var left = length - 24;
        var (rowCount, columnCount) = ReadShape(stream, path, ref left);
        _ = LittleEndian.Read<long>(stream); // The device that the array was on.
        var type = LittleEndian.Read<int>(stream);
        left -= 12;
        Require(type is Float32 or Float64, path, $"has elements of type {type}, where 0 (float32) and 1 (float64) can be read");

        // The data, and the count of names behind it.
        var bytes = (UInt128)rowCount * columnCount * (type == Float32 ? 4u : 8u);
        Require(rowCount > 0 && columnCount > 0, path, "has no centers");
        Require(bytes + 8 <= (UInt128)Math.Max(0, left), path, $"says that it has {rowCount} x {columnCount} elements, more than it has bytes for");
        Require(rowCount * columnCount <= (ulong)Array.MaxLength, path, $"has {rowCount} x {columnCount} elements, more than {Array.MaxLength}");
        var values = new double[rowCount * columnCount];
        if (type == Float64)
        {
            LittleEndian.Read(stream, values.AsSpan());
        }
        else
        {
            Widen(stream, values);
        }

        Require(values.All(double.IsFinite), path, "has a center that is not finite");
        ReadNames(stream, left - (long)bytes, path);
        return new Matrix((int)rowCount, (int)columnCount, values);
    }

    private static (ulong Rows, ulong Columns) ReadShape(Stream stream, string path, ref long left)
    {
        var word = LittleEndian.Read<uint>(stream);
        left -= 4;
        if (word is V2Magic or V3Magic)
        {
            Require(LittleEndian.Read<int>(stream) == Dense, path, "holds a sparse array, where a k-means model is dense");
            left -= 4;
        }

        // Before version 1 there was no magic: the word is the number of dimensions, and they have 32 bits.
        var legacy = word is not (V1Magic or V2Magic or V3Magic);
        var dimensions = legacy ? word : LittleEndian.Read<uint>(stream);
        left -= legacy ? 0 : 4;
        Require(dimensions == 2, path, $"holds an array of {dimensions} dimensions, where centers have 2");
        left -= legacy ? 8 : 16;
        var (rows, columns) = legacy
            ? (LittleEndian.Read<uint>(stream), LittleEndian.Read<uint>(stream))
            : (LittleEndian.Read<ulong>(stream), LittleEndian.Read<ulong>(stream));
        Require(rows <= int.MaxValue && columns <= int.MaxValue, path, $"says that it has {rows} x {columns} elements, more than it has bytes for");
        return (rows, columns);
    }

    private static void Widen(Stream stream, double[] values)
    {
        var block = new float[Math.Min(values.Length, 1 << 14)];
        for (var i = 0; i < values.Length; i += block.Length)
        {
            var part = block.AsSpan(0, Math.Min(block.Length, values.Length - i));
            LittleEndian.Read(stream, part);
            for (var j = 0; j < part.Length; j++)
            {
                values[i + j] = part[j];
            }
        }
    }

    private static void ReadNames(Stream stream, long left, string path)
    {
        var names = LittleEndian.Read<ulong>(stream);
        left -= 8;
        Require(names <= 1, path, "has more names than arrays");
        if (names == 1)
        {
            var length = LittleEndian.Read<ulong>(stream);
            left -= 8;
            Require(left >= 0 && length == (ulong)left, path, "its name has another length than it says");
        }
        else
        {
            Require(left == 0, path, "goes on behind its end");
        }
    }

    private static void Require(bool condition, string path, string problem)
    {
        if (!condition)
        {
            throw new InputException($"{path}: {problem}; it is damaged or not a k-means model, so fetch or save it again.");
        }
    }
}
