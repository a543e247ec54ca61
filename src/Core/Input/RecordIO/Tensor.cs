using System.Runtime.InteropServices;

namespace KMeans.Input.RecordIO;

/// <summary>A tensor as records and JSON spell it, values with optional keys and shape, and the dense row that it means. Buffers are reused; not thread-safe.</summary>
/// <remarks>With keys it is sparse: it must have a shape, and elements without a key are 0. Without keys the values are the row.</remarks>
/// <param name="requiredWidth">The width that rows must have, checked before memory is taken for them; 0 for any.</param>
internal sealed class Tensor(int requiredWidth = 0)
{
    private double[] row = [];
    private bool[] isSet = [];

    /// <summary>The values.</summary>
    public List<double> Values { get; } = [];

    /// <summary>Where each value belongs, 0-based; empty where the tensor is dense.</summary>
    public List<ulong> Keys { get; } = [];

    /// <summary>Lengths whose product is the row's width; may be empty where the tensor is dense.</summary>
    public List<ulong> Shape { get; } = [];

    /// <summary>Elements of the row that <see cref="Fill"/> made.</summary>
    public int Width { get; private set; }

    /// <summary>Whether that row came from keys.</summary>
    public bool IsSparse { get; private set; }

    /// <summary>That row.</summary>
    public ReadOnlySpan<double> Row => row.AsSpan(0, Width);

    /// <summary>Forgets values, keys and shape.</summary>
    public void Clear()
    {
        Values.Clear();
        Keys.Clear();
        Shape.Clear();
    }

    /// <summary>What is wrong with a row that does not fit a model.</summary>
    /// <param name="width">Its values.</param>
    /// <param name="required">What it must have.</param>
    /// <returns>To follow "row 12 ".</returns>
    public static string WrongWidth(int width, int required) => $"has {width} values, the model has {required} features; send one value a feature.";

    /// <summary>Makes the dense row. O(width).</summary>
    /// <returns>What is wrong with the tensor, to follow "record 12 ", or null.</returns>
    public string? Fill()
    {
        // A sparse row of zeros alone has neither values nor keys, but a shape.
        IsSparse = Keys.Count > 0 || (Values.Count == 0 && Shape.Count > 0);
        if (IsSparse && Shape.Count == 0)
        {
            return "has keys but no shape; write the number of features as the shape of a sparse tensor.";
        }

        var declared = (UInt128)1;
        foreach (var length in Shape)
        {
            declared *= length;
            if (declared > NumberedColumns.MaxCount)
            {
                return $"declares more than {NumberedColumns.MaxCount} values, which is the limit; write narrower rows.";
            }
        }

        var width = Shape.Count > 0 ? (int)declared : Values.Count;
        if (width is < 1 or > NumberedColumns.MaxCount)
        {
            return $"has {width} values; it must have 1 to {NumberedColumns.MaxCount}.";
        }

        if (requiredWidth > 0 && width != requiredWidth)
        {
            return WrongWidth(width, requiredWidth);
        }

        if (IsSparse ? Keys.Count != Values.Count : width != Values.Count)
        {
            return IsSparse
                ? $"has {Keys.Count} keys but {Values.Count} values; write one key for each value."
                : $"has {Values.Count} values, but its shape says {width}; write the row again.";
        }

        Width = width;
        if (row.Length < width)
        {
            row = GC.AllocateUninitializedArray<double>(width);
        }

        if (IsSparse)
        {
            return Scatter();
        }

        CollectionsMarshal.AsSpan(Values).CopyTo(row);
        return null;
    }

    private string? Scatter()
    {
        if (isSet.Length < Width)
        {
            isSet = new bool[Width];
        }

        row.AsSpan(0, Width).Clear();
        isSet.AsSpan(0, Width).Clear();
        for (var i = 0; i < Keys.Count; i++)
        {
            if (Keys[i] >= (ulong)Width)
            {
                return $"has the key {Keys[i]}, but its shape says {Width}; keys count from 0.";
            }

            var key = (int)Keys[i];
            if (isSet[key])
            {
                return $"has the key {key} twice; write each key once.";
            }

            isSet[key] = true;
            row[key] = Values[i];
        }

        return null;
    }
}
