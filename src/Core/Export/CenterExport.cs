using KMeans.Models;
using KMeans.Output;

namespace KMeans.Export;

/// <summary>What an export did.</summary>
/// <param name="Format">The format.</param>
/// <param name="ComparedRows">Rows of the state whose labels and distances were compared, beside the centers; 0 for a model without a state.</param>
public readonly record struct ExportResult(ExportFormat Format, int ComparedRows);

/// <summary>Exports a model's centers to a file for other programs.</summary>
public static class CenterExport
{
    /// <summary>Writes a file, reads it back, compares what it says with the model, and only then lets it appear under its name. O(k d + (k + 1000) k d).</summary>
    /// <param name="model">The model; with its state, rows of it are compared too.</param>
    /// <param name="path">The file to be, of this machine or s3://.</param>
    /// <param name="format">The format.</param>
    /// <param name="overwrite">Whether a file of that name may be replaced.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="InputException">The file cannot be written, or the format cannot hold the model.</exception>
    /// <exception cref="InvalidDataException">What was read back is not the model: a fault of this program or of the disk. Nothing is published.</exception>
    /// <remarks>The same model gives the same bytes.</remarks>
    public static ExportResult Write(TrainedModel model, string path, ExportFormat format, bool overwrite) =>
        new(format, Write(model, path, ExportFormats.Of(format), overwrite));

    /// <summary>The same with the format's code.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file to be.</param>
    /// <param name="file">Writes and reads it.</param>
    /// <param name="overwrite">Whether a file of that name may be replaced.</param>
    /// <returns>Rows of the state that were compared.</returns>
    internal static int Write(TrainedModel model, string path, ICenterFile file, bool overwrite)
    {
        using var published = new StagedFile(path, overwrite);

        // A store of objects cannot be read before the object is there, so that the check is done on a file of this machine.
        var folder = Directory.CreateTempSubdirectory("kmeans-");
        try
        {
            var draft = Path.Combine(folder.FullName, "draft" + Path.GetExtension(path));
            using (var stream = new FileStream(draft, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                file.Write(stream, model);
            }

            var compared = Check(model, path, file, draft);
            using (var checkedDraft = File.OpenRead(draft))
            {
                checkedDraft.CopyTo(published.Stream);
            }

            published.Commit();
            return compared;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int Check(TrainedModel model, string path, ICenterFile file, string draft)
    {
        try
        {
            return ExportCheck.Require(model, file.Read(draft, model));
        }
        catch (Exception e) when (e is InvalidDataException or InputException or System.Text.Json.JsonException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException($"{path}: not written: read back, it is not the model ({e.Message.TrimEnd('.')}).", e);
        }
    }
}
