using KMeans.Models;

namespace KMeans.Export;

/// <summary>One format: writes a model's centers, and reads back what it wrote.</summary>
internal interface ICenterFile
{
    /// <summary>Writes a file.</summary>
    /// <param name="stream">Written to from its start; closed by its owner, or by the format.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="InputException">The format cannot hold a model of this size.</exception>
    void Write(Stream stream, TrainedModel model);

    /// <summary>Reads a file that <see cref="Write"/> wrote.</summary>
    /// <param name="path">The file, on this machine.</param>
    /// <param name="model">For what the format does not hold: the transform, where it has centers only.</param>
    /// <returns>What the file says, from its own numbers wherever it has them.</returns>
    /// <exception cref="InvalidDataException">It is not what was written.</exception>
    ExportedModel Read(string path, TrainedModel model);
}
