using KMeans.Models;

namespace KMeans.Curves;

/// <summary>Saves a curve: a model folder of the chosen k, with the costs of every k and a drawing beside the model's files.</summary>
public static class CurveFolder
{
    /// <summary>The costs, as JSON.</summary>
    public const string JsonName = "curve.json";

    /// <summary>The costs, as CSV.</summary>
    public const string CsvName = "curve.csv";

    /// <summary>The drawing.</summary>
    public const string SvgName = "curve.svg";

    /// <summary>Where the models of every k are, a folder each.</summary>
    private const string ModelsName = "k";

    /// <summary>Whether a file of a model folder is a curve's.</summary>
    internal static bool Belongs(string name) => name is JsonName or CsvName or SvgName || name.StartsWith($"{ModelsName}/", StringComparison.Ordinal);

    /// <summary>Saves it. The folder appears complete or not at all.</summary>
    /// <param name="directory">The folder to be; parents are created.</param>
    /// <param name="curve">The curve.</param>
    /// <param name="k">The k of the model.</param>
    /// <param name="allModels">Whether the model of every k is saved too, in k/2, k/3, ...: without a state, which would be the same in all.</param>
    /// <param name="overwrite">Whether an existing model folder is replaced, as a whole.</param>
    /// <exception cref="InputException">The curve has no such k, or the folder cannot be written: see <see cref="ModelFolder.CheckTarget"/>.</exception>
    public static void Save(string directory, CurveResult curve, int k, bool allModels, bool overwrite)
    {
        (string, Action<Stream>)[] files =
        [
            (JsonName, stream => CurveDocument.WriteJson(stream, curve)),
            (CsvName, stream => CurveDocument.WriteCsv(stream, curve)),
            (SvgName, stream => CurveDrawing.Write(stream, curve)),
        ];
        (string, TrainedModel)[] others = allModels ? [.. curve.Points.Select(point => ($"{ModelsName}/{point.K}", curve.ModelOf(point.K)))] : [];
        ModelFolder.Save(directory, curve.ModelOf(k), files, others, overwrite);
    }
}
