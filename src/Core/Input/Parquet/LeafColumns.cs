namespace KMeans.Input.Parquet;

/// <summary>Decides from a leaf's physical type and annotation how its values are read.</summary>
internal static class LeafColumns
{
    private const int LargestScale = 400;

    /// <summary>Describes a leaf.</summary>
    /// <param name="element">The leaf.</param>
    /// <param name="name">Its path for people.</param>
    /// <param name="leaf">Its index among the leaves.</param>
    /// <param name="maxDefinition">The definition level of a value that is there.</param>
    /// <param name="elementDefinition">The definition level of a list's elements; 0 where it is no list.</param>
    /// <returns>The column, with an obstacle where it is no number.</returns>
    public static ParquetColumn Create(SchemaElement element, string name, int leaf, int maxDefinition, int elementDefinition)
    {
        var (kind, type, obstacle) = Classify(element);
        return new ParquetColumn
        {
            Name = name,
            TypeName = type,
            Leaf = leaf,
            Physical = element.Type!.Value,
            Kind = kind,
            TypeLength = element.TypeLength,
            Scale = element.Scale,
            MaxDefinition = maxDefinition,
            ElementDefinition = elementDefinition,
            IsList = elementDefinition > 0,
            Obstacle = obstacle,
        };
    }

    private static (ColumnKind Kind, string Type, string? Obstacle) Classify(SchemaElement element) => element.Type switch
    {
        PhysicalType.Boolean => (ColumnKind.Boolean, "boolean", null),
        PhysicalType.Int32 => Integer(element, 32),
        PhysicalType.Int64 => Integer(element, 64),
        PhysicalType.Float => (ColumnKind.Float, "float", null),
        PhysicalType.Double => (ColumnKind.Double, "double", null),
        PhysicalType.Int96 => (ColumnKind.None, "int96", "is of the outdated type INT96"),
        PhysicalType.ByteArray => Bytes(element),
        PhysicalType.FixedLenByteArray => FixedBytes(element),
        _ => (ColumnKind.None, "unknown", "is of an unknown type"),
    };

    private static (ColumnKind Kind, string Type, string? Obstacle) Integer(SchemaElement element, int bits)
    {
        var wide = bits == 64;
        switch (element.Annotation)
        {
            case Annotation.Decimal:
                return Decimal(element, wide ? ColumnKind.DecimalInt64 : ColumnKind.DecimalInt32);
            case Annotation.Integer when element.IsUnsigned:
                return (wide ? ColumnKind.UInt64 : ColumnKind.UInt32, $"uint{Math.Min(element.BitWidth, bits)}", null);
            case Annotation.Integer:
                return (wide ? ColumnKind.Int64 : ColumnKind.Int32, $"int{Math.Min(element.BitWidth, bits)}", null);
            default:
                var type = element.Annotation switch
                {
                    Annotation.Date => "date",
                    Annotation.Time => "time",
                    Annotation.Timestamp => "timestamp",
                    _ => wide ? "int64" : "int32",
                };
                return (wide ? ColumnKind.Int64 : ColumnKind.Int32, type, null);
        }
    }

    private static (ColumnKind Kind, string Type, string? Obstacle) Bytes(SchemaElement element) => element.Annotation switch
    {
        Annotation.Decimal => Decimal(element, ColumnKind.DecimalBytes),
        Annotation.None or Annotation.Text or Annotation.Unknown => (ColumnKind.Text, "text", "is text"),
        _ => (ColumnKind.None, "binary", "is binary"),
    };

    private static (ColumnKind Kind, string Type, string? Obstacle) FixedBytes(SchemaElement element) => element switch
    {
        { TypeLength: <= 0 } => (ColumnKind.None, "binary", "has values without length"),
        { Annotation: Annotation.Decimal } => Decimal(element, ColumnKind.DecimalBytes),
        { Annotation: Annotation.Float16, TypeLength: 2 } => (ColumnKind.Float16, "float16", null),
        _ => (ColumnKind.None, "binary", "is binary"),
    };

    private static (ColumnKind Kind, string Type, string? Obstacle) Decimal(SchemaElement element, ColumnKind kind)
    {
        var type = $"decimal({element.Precision},{element.Scale})";
        return element.Scale is < 0 or > LargestScale ? (ColumnKind.None, type, $"has the scale {element.Scale}") : (kind, type, null);
    }
}
