namespace KMeans.Prediction;

/// <summary>Writes predictions as files, in the format that the name ends with.</summary>
public static class PredictionFiles
{
    private const string Csv = ".csv";
    private const string Parquet = ".parquet";
    private const string Npy = ".npy";

    /// <summary>Refuses a name that tells no format, before any work.</summary>
    /// <param name="path">The file to be.</param>
    /// <param name="keepsColumns">Whether columns are to be kept beside the results.</param>
    /// <exception cref="InputException">The name ends otherwise, or the format has no room for kept columns.</exception>
    public static void Check(string path, bool keepsColumns)
    {
        var ending = Ending(path);
        if (ending is not (Csv or Parquet or Npy))
        {
            throw new InputException($"--output {path}: the name must end with .csv, .parquet or .npy, which decides the format.");
        }

        if (ending == Npy && keepsColumns)
        {
            throw new InputException($"--output {path}: a .npy file has only numbers of one type; use .csv or .parquet with --keep.");
        }
    }

    /// <summary>Begins a file.</summary>
    /// <param name="path">Its name, checked.</param>
    /// <param name="stream">Written to; seekable, disposed with the writer.</param>
    /// <param name="kept">The kept columns.</param>
    /// <param name="tellsOutliers">Whether outliers are told.</param>
    /// <returns>The writer: kept columns, then the label, then the distance, then whether it is an outlier.</returns>
    public static IPredictionWriter Create(string path, Stream stream, IReadOnlyList<KeptColumn> kept, bool tellsOutliers = false) => Ending(path) switch
    {
        Csv => new CsvPredictionWriter(stream, kept, tellsOutliers),
        Parquet => new ParquetPredictionWriter(stream, kept, tellsOutliers),
        _ => new NpyPredictionWriter(stream, tellsOutliers),
    };

    private static string Ending(string path) => Path.GetExtension(path).ToLowerInvariant();
}
