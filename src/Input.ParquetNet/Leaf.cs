using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace KMeans.Input.ParquetNet;

/// <summary>One leaf of the schema as a column: where Parquet.Net finds it, and what it is for the user.</summary>
/// <param name="Field">Parquet.Net's field, attached to the file's schema.</param>
/// <param name="Kind">What its values are copied as.</param>
/// <param name="Column">What the user sees.</param>
internal sealed record Leaf(DataField Field, ValueKind Kind, InputColumn Column)
{
    /// <summary>Whether a row has a list of values.</summary>
    public bool IsRepeated => Field.MaxRepetitionLevel > 0;

    /// <summary>Describes a leaf; for one in a list, its width must be found by <see cref="RowGroupColumn.MeasureWidth"/>.</summary>
    /// <param name="name">Its name as a column.</param>
    /// <param name="field">Parquet.Net's field.</param>
    /// <param name="groups">The file's row groups: their codecs decide whether the column can be read.</param>
    /// <returns>The leaf, with an obstacle where it is no number or cannot be read safely.</returns>
    public static Leaf Create(string name, DataField field, IEnumerable<ParquetRowGroupReader> groups)
    {
        var type = TypeName(field);
        var kind = KindOf(field);
        var obstacle = kind switch
        {
            null => field.ClrType == typeof(ReadOnlyMemory<char>) ? "is text" : $"is of the type {type}",
            _ => CodecObstacle(field, groups),
        };
        var text = field.ClrType == typeof(ReadOnlyMemory<char>) && CodecObstacle(field, groups) is null;
        return new Leaf(
            field,
            kind ?? (text ? ValueKind.Text : ValueKind.Real),
            new InputColumn(name, type, obstacle is null ? 1 : 0, obstacle));
    }

    /// <summary>The leaves under a field, in file order, named by the way to them: "points.x" in a list of structs, "scores.value" in a map.</summary>
    /// <param name="name">The name of the field itself.</param>
    /// <param name="field">A field of the schema.</param>
    /// <returns>Each leaf with its name.</returns>
    public static IEnumerable<(string Name, DataField Field)> Under(string name, Field field) => field switch
    {
        DataField data => [(name, data)],
        StructField group => group.Fields.SelectMany(child => Under($"{name}.{child.Name}", child)),
        ListField list => Under(name, list.Item),
        MapField map => Under($"{name}.key", map.Key).Concat(Under($"{name}.value", map.Value)),
        _ => [],
    };

    private static string? CodecObstacle(DataField field, IEnumerable<ParquetRowGroupReader> groups)
    {
        foreach (var group in groups)
        {
            var codec = group.GetMetadata(field)?.MetaData?.Codec;
            if (codec is null)
            {
                return "is missing from a row group";
            }

            if (codec is CompressionCodec.LZO or CompressionCodec.LZ4 or CompressionCodec.LZ4_RAW)
            {
                return $"is compressed with {codec}";
            }
        }

        return null;
    }

    /// <summary>Numbers without a further meaning only: Parquet.Net turns dates and decimals into types of its own.</summary>
    private static ValueKind? KindOf(DataField field) => System.Type.GetTypeCode(field.ClrType) switch
    {
        _ when field.ClrType.IsEnum => null,
        TypeCode.SByte or TypeCode.Byte or TypeCode.Int16 or TypeCode.UInt16 => ValueKind.Whole,
        TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Int64 => ValueKind.Whole,
        TypeCode.UInt64 or TypeCode.Single or TypeCode.Double => ValueKind.Real,
        _ => null,
    };

    private static string TypeName(DataField field) => field.ClrType switch
    {
        var type when type == typeof(float) => "float",
        var type when type == typeof(double) => "double",
        var type when type == typeof(byte) => "uint8",
        var type when type == typeof(sbyte) => "int8",
        var type when type == typeof(bool) => "boolean",
        var type when type == typeof(ReadOnlyMemory<char>) => "text",
        var type when type == typeof(ReadOnlyMemory<byte>) => "binary",
        var type => type.Name.ToLowerInvariant(),
    };
}
