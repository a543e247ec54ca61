using KMeans.Input.Elements;

namespace KMeans.Input.Dense;

/// <summary>Where the rows of a file of equal-sized rows are: row i begins at Start + i * Stride.</summary>
/// <param name="RowCount">n.</param>
/// <param name="ColumnCount">Elements a row.</param>
/// <param name="Type">The elements' type.</param>
/// <param name="BigEndian">Whether the most significant byte comes first.</param>
/// <param name="Start">Byte position of the first row.</param>
/// <param name="HasWidthPrefix">Whether each row begins with its width as a little-endian int32 (the vecs formats).</param>
internal sealed record DenseLayout(long RowCount, int ColumnCount, ElementType Type, bool BigEndian, long Start, bool HasWidthPrefix = false)
{
    /// <summary>Bytes of a row before its elements.</summary>
    public int PrefixBytes => HasWidthPrefix ? sizeof(int) : 0;

    /// <summary>Bytes from one row to the next.</summary>
    public int Stride => PrefixBytes + (ColumnCount * Type.Size());
}
