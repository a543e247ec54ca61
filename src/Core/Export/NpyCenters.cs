using KMeans.Models;
using KMeans.Storage;

namespace KMeans.Export;

/// <summary>Centers as a NumPy array: float64, shape (k, d), in the columns' own units.</summary>
internal sealed class NpyCenters : ICenterFile
{
    /// <inheritdoc/>
    public void Write(Stream stream, TrainedModel model) => NpyWriter.Write<double>(stream, model.CentersInColumnUnits, model.FeatureCount);

    /// <inheritdoc/>
    public ExportedModel Read(string path, TrainedModel model)
    {
        using var source = ObjectStores.Open(path);
        var shape = NpyReader.ReadShape(source);
        return shape.RowCount == model.ClusterCount && shape.ColumnCount == model.FeatureCount
            ? ExportedModel.OfColumnUnits(NpyReader.Read<double>(source, shape), model)
            : throw new InvalidDataException($"its shape is ({shape.RowCount}, {shape.ColumnCount})");
    }
}
