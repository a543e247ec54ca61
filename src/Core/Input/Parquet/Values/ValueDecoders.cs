using System.Numerics;
using System.Runtime.CompilerServices;

namespace KMeans.Input.Parquet.Values;

/// <summary>Chooses the decoder of a column's type and a page's encoding.</summary>
internal static class ValueDecoders
{
    /// <summary>Creates a decoder for an encoding other than a dictionary's.</summary>
    /// <typeparam name="TValue">What values of this kind of column become: see <see cref="Columns.ColumnCursors"/>.</typeparam>
    /// <param name="column">The column.</param>
    /// <param name="encoding">The encoding.</param>
    /// <returns>The decoder; null where the type has no such encoding.</returns>
    public static ValueDecoder<TValue>? Create<TValue>(ParquetColumn column, PageEncoding encoding) => (ValueDecoder<TValue>?)Create(column, encoding);

    /// <summary>Whether a column's values can be decoded from an encoding other than a dictionary's.</summary>
    /// <param name="column">The column.</param>
    /// <param name="encoding">The encoding.</param>
    /// <returns>False where the type has no such encoding.</returns>
    public static bool Supports(ParquetColumn column, PageEncoding encoding) => Create(column, encoding) is not null;

    private static object? Create(ParquetColumn column, PageEncoding encoding)
    {
        return column.Kind switch
        {
            ColumnKind.Int32 => Whole<int>(encoding),
            ColumnKind.UInt32 => Whole<uint>(encoding),
            ColumnKind.Int64 => Whole<long>(encoding),
            ColumnKind.UInt64 => Whole<ulong>(encoding),
            ColumnKind.Float => Number<float>(encoding),
            ColumnKind.Double => Number<double>(encoding),
            ColumnKind.Boolean when encoding is PageEncoding.Plain or PageEncoding.Rle => new BooleanDecoder(encoding == PageEncoding.Rle),
            ColumnKind.DecimalInt32 => Scaled(Whole<int>(encoding), column.Scale),
            ColumnKind.DecimalInt64 => Scaled(Whole<long>(encoding), column.Scale),
            ColumnKind.Float16 => Bytes<float, HalfConverter>(column, encoding, default),
            ColumnKind.DecimalBytes => Bytes<double, DecimalConverter>(column, encoding, new DecimalConverter(column.Scale)),
            ColumnKind.Text => Bytes<string, TextConverter>(column, encoding, default),
            _ => null,
        };
    }

    private static ValueDecoder<T>? Whole<T>(PageEncoding encoding)
        where T : unmanaged, IBinaryInteger<T> =>
        encoding == PageEncoding.DeltaBinaryPacked ? new DeltaDecoder<T>() : Number<T>(encoding);

    private static ValueDecoder<T>? Number<T>(PageEncoding encoding)
        where T : unmanaged => encoding switch
        {
            PageEncoding.Plain => new PlainDecoder<T>(),
            PageEncoding.ByteStreamSplit => new SplitDecoder<T>(new PlainDecoder<T>(), Unsafe.SizeOf<T>()),
            _ => null,
        };

    private static ScaledDecoder<T>? Scaled<T>(ValueDecoder<T>? stored, int scale)
        where T : unmanaged, IBinaryInteger<T> => stored is null ? null : new ScaledDecoder<T>(stored, scale);

    private static ValueDecoder<TValue>? Bytes<TValue, TConverter>(ParquetColumn column, PageEncoding encoding, TConverter converter)
        where TConverter : struct, IBytesConverter<TValue>
    {
        var length = column.Physical == PhysicalType.FixedLenByteArray ? column.TypeLength : 0;
        return encoding switch
        {
            PageEncoding.Plain => new PlainBytesDecoder<TValue, TConverter>(converter, length),
            PageEncoding.ByteStreamSplit when length > 0 => new SplitDecoder<TValue>(new PlainBytesDecoder<TValue, TConverter>(converter, length), length),
            PageEncoding.DeltaLengthByteArray when length == 0 => new DeltaBytesDecoder<TValue, TConverter>(converter, 0, false),
            PageEncoding.DeltaByteArray => new DeltaBytesDecoder<TValue, TConverter>(converter, length, true),
            _ => null,
        };
    }
}
