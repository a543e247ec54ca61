namespace KMeans.Input.Parquet;

/// <summary>What a written column holds.</summary>
public enum ParquetWriterType
{
    /// <summary>float32.</summary>
    Real32,

    /// <summary>float64.</summary>
    Real64,

    /// <summary>32-bit integers.</summary>
    Whole32,

    /// <summary>64-bit integers.</summary>
    Whole64,

    /// <summary>UTF-8 text.</summary>
    Text,

    /// <summary>Lists of float32, all of one length.</summary>
    Vector,
}

/// <summary>One column of a file to write.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it holds.</param>
/// <param name="IsOptional">Whether values, or whole lists, may be missing.</param>
/// <param name="UseDictionary">Whether repeated values are stored once a row group, where that pays; not for lists.</param>
/// <param name="Width">The length of the lists; 1 for other types.</param>
public sealed record ParquetWriterColumn(string Name, ParquetWriterType Type, bool IsOptional = false, bool UseDictionary = false, int Width = 1);

/// <summary>The values of one column for one row group.</summary>
public sealed class ParquetColumnData
{
    private ParquetColumnData(Array values, bool[]? missing)
    {
        Values = values;
        Missing = missing;
    }

    /// <summary>One value a row; for lists row-major (rows, width).</summary>
    internal Array Values { get; }

    /// <summary>Length rows: true where the row has no value; null where all have one.</summary>
    internal bool[]? Missing { get; }

    /// <summary>A column of float32, or of lists of them.</summary>
    /// <param name="values">One value a row, or row-major (rows, width); ignored where missing.</param>
    /// <param name="missing">Length rows, or null where nothing is missing.</param>
    /// <returns>A view: nothing is copied.</returns>
    public static ParquetColumnData Of(float[] values, bool[]? missing = null) => new(values, missing);

    /// <summary>A column of float64.</summary>
    /// <param name="values">One value a row; ignored where missing.</param>
    /// <param name="missing">Length rows, or null where nothing is missing.</param>
    /// <returns>A view: nothing is copied.</returns>
    public static ParquetColumnData Of(double[] values, bool[]? missing = null) => new(values, missing);

    /// <summary>A column of 32-bit integers.</summary>
    /// <param name="values">One value a row; ignored where missing.</param>
    /// <param name="missing">Length rows, or null where nothing is missing.</param>
    /// <returns>A view: nothing is copied.</returns>
    public static ParquetColumnData Of(int[] values, bool[]? missing = null) => new(values, missing);

    /// <summary>A column of 64-bit integers.</summary>
    /// <param name="values">One value a row; ignored where missing.</param>
    /// <param name="missing">Length rows, or null where nothing is missing.</param>
    /// <returns>A view: nothing is copied.</returns>
    public static ParquetColumnData Of(long[] values, bool[]? missing = null) => new(values, missing);

    /// <summary>A column of text.</summary>
    /// <param name="values">One value a row; ignored where missing.</param>
    /// <param name="missing">Length rows, or null where nothing is missing.</param>
    /// <returns>A view: nothing is copied.</returns>
    public static ParquetColumnData Of(string?[] values, bool[]? missing = null) => new(values, missing);
}
