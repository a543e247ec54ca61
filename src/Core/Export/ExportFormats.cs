namespace KMeans.Export;

/// <summary>The names of the formats.</summary>
public static class ExportFormats
{
    private static readonly (string Name, ExportFormat Format)[] Table =
    [
        ("npy", ExportFormat.Npy),
        ("csv", ExportFormat.Csv),
        ("parquet", ExportFormat.Parquet),
        ("json", ExportFormat.Json),
        ("onnx", ExportFormat.Onnx),
        ("sklearn", ExportFormat.Sklearn),
    ];

    /// <summary>The names that can be given.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Table.Select(each => each.Name)];

    /// <summary>The format of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>The format.</returns>
    /// <exception cref="InputException">There is none of that name.</exception>
    public static ExportFormat Parse(string name) =>
        Table.FirstOrDefault(each => each.Name == name) is { Name: not null } found
            ? found.Format
            : throw new InputException($"--format {name}: must be one of {string.Join(", ", Names)}.");

    /// <summary>The format that a file's name ends with; ".sklearn.json" is scikit-learn's.</summary>
    /// <param name="path">The file to be.</param>
    /// <returns>The format.</returns>
    /// <exception cref="InputException">The name tells none.</exception>
    public static ExportFormat OfName(string path)
    {
        var ending = Path.GetExtension(path).ToLowerInvariant();
        if (ending == ".json" && path.EndsWith(".sklearn.json", StringComparison.OrdinalIgnoreCase))
        {
            return ExportFormat.Sklearn;
        }

        return Table.FirstOrDefault(each => $".{each.Name}" == ending && each.Format != ExportFormat.Sklearn) is { Name: not null } found
            ? found.Format
            : throw new InputException($"--output {path}: the name tells no format; end it with .npy, .csv, .parquet, .json, .sklearn.json or .onnx, or give --format.");
    }

    /// <summary>What writes and reads a format.</summary>
    /// <param name="format">The format.</param>
    /// <returns>The format's code.</returns>
    internal static ICenterFile Of(ExportFormat format) => format switch
    {
        ExportFormat.Npy => new NpyCenters(),
        ExportFormat.Csv => new CsvCenters(),
        ExportFormat.Parquet => new ParquetCenters(),
        ExportFormat.Json => new JsonCenters(),
        ExportFormat.Onnx => new Onnx.OnnxCenters(),
        _ => new SklearnCenters(),
    };
}
