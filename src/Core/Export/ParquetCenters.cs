using KMeans.Input;
using KMeans.Input.Parquet;
using KMeans.Models;

namespace KMeans.Export;

/// <summary>Centers as Parquet: see <see cref="CenterTable"/>. float64, and the label as int32; an unknown size is null.</summary>
internal sealed class ParquetCenters : ICenterFile
{
    /// <inheritdoc/>
    public void Write(Stream stream, TrainedModel model)
    {
        var (k, d) = (model.ClusterCount, model.FeatureCount);
        var columns = CenterTable.Names(model).Select((name, i) => new ParquetWriterColumn(name, i == 0 ? ParquetWriterType.Whole32 : ParquetWriterType.Real64, IsOptional: i == 1)).ToArray();
        var sizes = Enumerable.Range(0, k).Select(j => CenterTable.Size(model, j)).ToArray();
        var data = new List<ParquetColumnData>
        {
            ParquetColumnData.Of(Enumerable.Range(0, k).ToArray()),
            ParquetColumnData.Of(sizes.Select(size => size ?? 0).ToArray(), sizes.Select(size => size is null).ToArray()),
        };
        for (var f = 0; f < d; f++)
        {
            var values = new double[k];
            for (var j = 0; j < k; j++)
            {
                values[j] = model.CentersInColumnUnits[(j * d) + f];
            }

            data.Add(ParquetColumnData.Of(values));
        }

        using var writer = new ParquetWriter(stream, columns, compress: true);
        writer.WriteRowGroup(k, data);
        writer.Finish();
    }

    /// <inheritdoc/>
    public ExportedModel Read(string path, TrainedModel model) => CenterTable.Read(path, new InputFormatOptions { Format = "parquet" }, model);
}
