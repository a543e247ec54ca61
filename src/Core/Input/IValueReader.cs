namespace KMeans.Input;

/// <summary>Reads columns as values to copy, text included: the kept columns of a prediction.</summary>
public interface IValueReader : IDisposable
{
    /// <summary>Reads the next rows.</summary>
    /// <param name="columns">One for each column asked for, out: overwritten from their start. Their kinds are those that <see cref="Kinds"/> gives.</param>
    /// <param name="maxRows">At most so many rows.</param>
    /// <returns>Rows read; 0 at the end of the range.</returns>
    int Read(IReadOnlyList<ValueColumn> columns, int maxRows);

    /// <summary>The kind of each column asked for.</summary>
    IReadOnlyList<ValueKind> Kinds { get; }
}

/// <summary>What a copied column holds.</summary>
public enum ValueKind
{
    /// <summary>64-bit integers.</summary>
    Whole,

    /// <summary>Double-precision numbers.</summary>
    Real,

    /// <summary>Text.</summary>
    Text,
}

/// <summary>The values of one copied column for a run of rows. Only the list of its kind is used.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Capacity">The most rows it holds.</param>
public sealed record ValueColumn(ValueKind Kind, int Capacity)
{
    /// <summary>Length capacity where the kind is <see cref="ValueKind.Whole"/>.</summary>
    public long[] Wholes { get; } = Kind == ValueKind.Whole ? new long[Capacity] : [];

    /// <summary>Length capacity where the kind is <see cref="ValueKind.Real"/>.</summary>
    public double[] Reals { get; } = Kind == ValueKind.Real ? new double[Capacity] : [];

    /// <summary>Length capacity where the kind is <see cref="ValueKind.Text"/>.</summary>
    public string?[] Texts { get; } = Kind == ValueKind.Text ? new string?[Capacity] : [];

    /// <summary>Length capacity: true where the value is missing, whatever the kind.</summary>
    public bool[] Missing { get; } = new bool[Capacity];

    /// <summary>Copies one value.</summary>
    /// <param name="from">A column of the same kind.</param>
    /// <param name="row">The value's place there.</param>
    /// <param name="target">Its place here.</param>
    internal void CopyFrom(ValueColumn from, int row, int target)
    {
        Missing[target] = from.Missing[row];
        switch (Kind)
        {
            case ValueKind.Whole:
                Wholes[target] = from.Wholes[row];
                break;
            case ValueKind.Real:
                Reals[target] = from.Reals[row];
                break;
            default:
                Texts[target] = from.Texts[row];
                break;
        }
    }
}
