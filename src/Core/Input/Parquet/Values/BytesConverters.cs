using System.Buffers.Binary;
using System.Text;

namespace KMeans.Input.Parquet.Values;

/// <summary>What the bytes of one value mean. A structure, so that decoders call it without indirection.</summary>
/// <typeparam name="TValue">What values become.</typeparam>
internal interface IBytesConverter<TValue>
{
    /// <summary>Converts one value.</summary>
    /// <param name="bytes">As stored.</param>
    /// <returns>The value.</returns>
    TValue Convert(ReadOnlySpan<byte> bytes);
}

/// <summary>Two bytes of half precision.</summary>
internal readonly struct HalfConverter : IBytesConverter<float>
{
    /// <inheritdoc/>
    public float Convert(ReadOnlySpan<byte> bytes) => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes);
}

/// <summary>A scaled big-endian integer.</summary>
/// <param name="scale">Digits behind the point.</param>
internal readonly struct DecimalConverter(int scale) : IBytesConverter<double>
{
    /// <inheritdoc/>
    public double Convert(ReadOnlySpan<byte> bytes) => DecimalValues.Scale(bytes, scale);
}

/// <summary>UTF-8 text.</summary>
internal readonly struct TextConverter : IBytesConverter<string>
{
    /// <inheritdoc/>
    public string Convert(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
