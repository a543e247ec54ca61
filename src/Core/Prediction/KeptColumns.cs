using KMeans.Input;

namespace KMeans.Prediction;

/// <summary>A column that is copied from the input to a prediction.</summary>
/// <param name="Name">Its name, the same in every file.</param>
/// <param name="Kind">What it holds: whole numbers where all files have those, real numbers where all have numbers, text elsewhere.</param>
public sealed record KeptColumn(string Name, ValueKind Kind);

/// <summary>The columns that are copied from an input to a prediction, and where they are in each file.</summary>
public sealed class KeptColumns
{
    private readonly int[][] ordinals;

    private KeptColumns(IReadOnlyList<KeptColumn> columns, int[][] ordinals)
    {
        Columns = columns;
        this.ordinals = ordinals;
    }

    /// <summary>The columns in the order asked for.</summary>
    public IReadOnlyList<KeptColumn> Columns { get; }

    /// <summary>Finds the columns in every file.</summary>
    /// <param name="input">The input.</param>
    /// <param name="names">The columns wanted, in order; may be empty.</param>
    /// <returns>The columns.</returns>
    /// <exception cref="InputException">A file lacks one, it cannot be copied, or it would be in the prediction twice.</exception>
    public static KeptColumns Find(InputSet input, IReadOnlyList<string> names)
    {
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InputException($"--keep: '{twice.Key}' is named twice; name each column once.");
        }

        if (names.FirstOrDefault(name => name is PredictionBatch.LabelName or PredictionBatch.DistanceName or PredictionBatch.OutlierName) is { } taken)
        {
            throw new InputException($"--keep: '{taken}' is the name of a column of the prediction itself; rename it in the input.");
        }

        var ordinals = input.Files.Select(file => names.Select(name => ColumnResolver.Find(file, name, "--keep")).ToArray()).ToArray();
        var kinds = new ValueKind[names.Count];
        for (var f = 0; f < input.Files.Count && names.Count > 0; f++)
        {
            using var reader = input.Files[f].OpenValues(new FileRange(0, 0), ordinals[f]);
            for (var j = 0; j < kinds.Length; j++)
            {
                kinds[j] = f == 0 ? reader.Kinds[j] : Common(kinds[j], reader.Kinds[j]);
            }
        }

        return new KeptColumns(names.Select((name, j) => new KeptColumn(name, kinds[j])).ToArray(), ordinals);
    }

    /// <summary>Where the columns are in one file.</summary>
    /// <param name="file">The file's position in the input.</param>
    /// <returns>Ordinals in the order of <see cref="Columns"/>.</returns>
    internal int[] OrdinalsIn(int file) => ordinals[file];

    private static ValueKind Common(ValueKind a, ValueKind b) => a == b ? a : a == ValueKind.Text || b == ValueKind.Text ? ValueKind.Text : ValueKind.Real;
}
