using System.Globalization;
using System.Text;
using KMeans.Input;
using KMeans.Input.Csv;
using KMeans.Models;

namespace KMeans.Export;

/// <summary>Centers as CSV: see <see cref="CenterTable"/>. Numbers have as many digits as bring the same double back; an unknown size is empty.</summary>
internal sealed class CsvCenters : ICenterFile
{
    /// <inheritdoc/>
    public void Write(Stream stream, TrainedModel model)
    {
        var d = model.FeatureCount;
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', CenterTable.Names(model).Select(CsvFields.Quote)));
        for (var j = 0; j < model.ClusterCount; j++)
        {
            writer.Write(j.ToString(CultureInfo.InvariantCulture));
            writer.Write(',');
            writer.Write(CenterTable.Size(model, j)?.ToString("R", CultureInfo.InvariantCulture) ?? "");
            foreach (var value in model.CentersInColumnUnits.AsSpan(j * d, d))
            {
                writer.Write(',');
                writer.Write(value.ToString("R", CultureInfo.InvariantCulture));
            }

            writer.WriteLine();
        }
    }

    /// <inheritdoc/>
    public ExportedModel Read(string path, TrainedModel model) =>
        CenterTable.Read(path, new InputFormatOptions { Format = CsvFile.Name, CsvHeader = true, CsvDelimiter = ',' }, model);
}
