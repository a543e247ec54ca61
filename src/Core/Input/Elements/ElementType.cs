namespace KMeans.Input.Elements;

/// <summary>How one number is stored in a binary file. Byte order is the file's, not the type's.</summary>
internal enum ElementType
{
    /// <summary>One byte: 0 is false, all else true, read as 0 and 1.</summary>
    Boolean,

    /// <summary>8-bit signed integer.</summary>
    Int8,

    /// <summary>8-bit unsigned integer.</summary>
    UInt8,

    /// <summary>16-bit signed integer.</summary>
    Int16,

    /// <summary>16-bit unsigned integer.</summary>
    UInt16,

    /// <summary>32-bit signed integer.</summary>
    Int32,

    /// <summary>32-bit unsigned integer.</summary>
    UInt32,

    /// <summary>64-bit signed integer.</summary>
    Int64,

    /// <summary>64-bit unsigned integer.</summary>
    UInt64,

    /// <summary>IEEE 754 half precision.</summary>
    Float16,

    /// <summary>IEEE 754 single precision.</summary>
    Float32,

    /// <summary>IEEE 754 double precision.</summary>
    Float64,
}

/// <summary>Facts about element types.</summary>
internal static class ElementTypes
{
    /// <summary>Size of one element.</summary>
    /// <param name="type">The type.</param>
    /// <returns>1, 2, 4 or 8 bytes.</returns>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.Boolean or ElementType.Int8 or ElementType.UInt8 => 1,
        ElementType.Int16 or ElementType.UInt16 or ElementType.Float16 => 2,
        ElementType.Int32 or ElementType.UInt32 or ElementType.Float32 => 4,
        _ => 8,
    };

    /// <summary>The type's name for people, as in <see cref="InputColumn.Type"/>.</summary>
    /// <param name="type">The type.</param>
    /// <returns>"bool", "uint8", "float", "double", ...</returns>
    public static string Name(this ElementType type) => type switch
    {
        ElementType.Boolean => "bool",
        ElementType.Int8 => "int8",
        ElementType.UInt8 => "uint8",
        ElementType.Int16 => "int16",
        ElementType.UInt16 => "uint16",
        ElementType.Int32 => "int32",
        ElementType.UInt32 => "uint32",
        ElementType.Int64 => "int64",
        ElementType.UInt64 => "uint64",
        ElementType.Float16 => "half",
        ElementType.Float32 => "float",
        _ => "double",
    };

    /// <summary>What a copied column of this type holds: uint64 is copied as text, because neither a long nor a double keeps all its digits.</summary>
    /// <param name="type">The type.</param>
    /// <returns>The kind of the column.</returns>
    public static ValueKind Kind(this ElementType type) => type switch
    {
        ElementType.UInt64 => ValueKind.Text,
        ElementType.Float16 or ElementType.Float32 or ElementType.Float64 => ValueKind.Real,
        _ => ValueKind.Whole,
    };
}
