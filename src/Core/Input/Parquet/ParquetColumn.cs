namespace KMeans.Input.Parquet;

/// <summary>How a column's stored values become numbers or text.</summary>
internal enum ColumnKind
{
    /// <summary>Not at all: the column has an obstacle.</summary>
    None,

    /// <summary>Signed integers of up to 32 bits, dates and times.</summary>
    Int32,

    /// <summary>Unsigned integers of up to 32 bits.</summary>
    UInt32,

    /// <summary>Signed 64-bit integers and timestamps.</summary>
    Int64,

    /// <summary>Unsigned 64-bit integers.</summary>
    UInt64,

    /// <summary>float32.</summary>
    Float,

    /// <summary>float64.</summary>
    Double,

    /// <summary>0 and 1.</summary>
    Boolean,

    /// <summary>Half precision in two bytes.</summary>
    Float16,

    /// <summary>Scaled 32-bit integers.</summary>
    DecimalInt32,

    /// <summary>Scaled 64-bit integers.</summary>
    DecimalInt64,

    /// <summary>Scaled big-endian integers of any length.</summary>
    DecimalBytes,

    /// <summary>UTF-8 text: copied, never a feature.</summary>
    Text,
}

/// <summary>One column as the schema describes it: a leaf, a list of numbers, or a subtree that cannot be read.</summary>
internal sealed record ParquetColumn
{
    /// <summary>The path from the root, joined by dots, without the format's inner names of lists.</summary>
    public required string Name { get; init; }

    /// <summary>The value's type for people; "list of" is added for lists.</summary>
    public required string TypeName { get; init; }

    /// <summary>Index among the leaves; -1 for a subtree.</summary>
    public int Leaf { get; init; } = -1;

    /// <summary>The physical type.</summary>
    public PhysicalType Physical { get; init; }

    /// <summary>How values are read.</summary>
    public ColumnKind Kind { get; init; }

    /// <summary>Bytes a value, where they are fixed and not implied by the type.</summary>
    public int TypeLength { get; init; }

    /// <summary>Decimal digits behind the point.</summary>
    public int Scale { get; init; }

    /// <summary>The definition level of a value that is there.</summary>
    public int MaxDefinition { get; init; }

    /// <summary>For lists the definition level from which on an element exists, null or not; one less is an empty list, lower is a null list.</summary>
    public int ElementDefinition { get; init; }

    /// <summary>Whether rows hold lists.</summary>
    public bool IsList { get; init; }

    /// <summary>Why it cannot be a feature; null where it can.</summary>
    public string? Obstacle { get; init; }

    /// <summary>Why its pages cannot be read ("uses codec LZ4"); null where they can. It is an <see cref="Obstacle"/> too.</summary>
    public string? PageObstacle { get; init; }

    /// <summary>Why it cannot be copied; null where it can.</summary>
    public string? CopyObstacle => IsList ? "holds lists" : Kind == ColumnKind.None ? Obstacle : PageObstacle;
}
