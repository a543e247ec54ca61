using KMeans.Export;
using KMeans.Input;
using KMeans.Models;
using KMeans.Tests.Models;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Export;

public sealed class CenterExportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("c.npy", ExportFormat.Npy)]
    [InlineData("C.CSV", ExportFormat.Csv)]
    [InlineData("c.parquet", ExportFormat.Parquet)]
    [InlineData("c.json", ExportFormat.Json)]
    [InlineData("c.sklearn.json", ExportFormat.Sklearn)]
    [InlineData("s3://b/c.onnx", ExportFormat.Onnx)]
    public void OfName_OfAnEnding_TellsTheFormat(string path, ExportFormat expected) => Assert.Equal(expected, ExportFormats.OfName(path));

    [Theory]
    [InlineData("c")]
    [InlineData("c.sklearn")]
    [InlineData("c.txt")]
    public void OfName_OfAnotherEnding_IsRefused(string path) => Assert.Contains("--format", Assert.Throws<InputException>(() => ExportFormats.OfName(path)).Message, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void Write_OfAnyFormat_ComparesRowsAndGivesTheSameBytesAgain(ExportFormat format)
    {
        var result = CenterExport.Write(ExportedModels.Scaled.Model, folder.File("first"), format, overwrite: false);
        CenterExport.Write(ExportedModels.Scaled.Model, folder.File("second"), format, overwrite: false);

        Assert.Equal(1000, result.ComparedRows);
        Assert.Equal(File.ReadAllBytes(folder.File("first")), File.ReadAllBytes(folder.File("second")));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void Write_OfAModelOfTheReferenceProduct_NeedsNoStateAndNoSizes(ExportFormat format)
    {
        var saved = folder.File("model");
        ModelFolder.Save(saved, SmallModels.Train(), overwrite: false);
        var model = ModelFolder.Load(Path.Combine(saved, "model.tar.gz"));

        Assert.Equal(0, CenterExport.Write(model, folder.File("centers"), format, overwrite: false).ComparedRows);
    }

    [Theory]
    [InlineData("swapped")]
    [InlineData("rounded")]
    [InlineData("shifted")]
    [InlineData("unscaled")]
    [InlineData("cut")]
    public void Write_OfAFileThatIsNotTheModel_PublishesNothing(string fault)
    {
        var model = ExportedModels.Scaled.Model;

        var e = Assert.Throws<InvalidDataException>(() => CenterExport.Write(model, folder.File("c"), new FaultyCenters(fault), overwrite: false));

        Assert.Contains("not written", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void Write_OfAModelOfDirections_ComparesRowsOfOtherLengths(ExportFormat format) =>
        Assert.Equal(1000, CenterExport.Write(ExportedModels.Spherical.Model, folder.File("centers"), format, overwrite: false).ComparedRows);

    [Theory]
    [InlineData(ExportFormat.Json)]
    [InlineData(ExportFormat.Onnx)]
    [InlineData(ExportFormat.Sklearn)]
    public void Write_OfAFileThatDoesNotDivideRows_PublishesNothing(ExportFormat format)
    {
        var e = Assert.Throws<InvalidDataException>(
            () => CenterExport.Write(ExportedModels.Spherical.Model, folder.File("c"), new UndividedCenters(ExportFormats.Of(format)), overwrite: false));

        Assert.Contains("center 0 is in cluster", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void Write_OfACenterWhoseRowsCancelOut_LeavesItOutOfTheComparison(ExportFormat format)
    {
        using var input = Directions.Input(new float[] { 1, 0, -1, 0 }, 2);
        var model = Trainer.Train(input, new TrainingOptions { ClusterCount = 1 }).Model;
        Assert.Equal([0, 0], model.CentersInColumnUnits);

        Assert.Equal(2, CenterExport.Write(model, folder.File("centers"), format, overwrite: false).ComparedRows);
    }

    public static TheoryData<ExportFormat> AllFormats => [.. Enum.GetValues<ExportFormat>()];

    /// <summary>Writes the file of a model of directions as if lengths counted.</summary>
    private sealed class UndividedCenters(ICenterFile file) : ICenterFile
    {
        public void Write(Stream stream, TrainedModel model) => file.Write(stream, SmallModels.WithDistance(model, DistanceMeasure.Euclidean));

        public ExportedModel Read(string path, TrainedModel model) => file.Read(path, model);
    }

    /// <summary>Writes centers with a fault.</summary>
    private sealed class FaultyCenters(string fault) : ICenterFile
    {
        private readonly NpyCenters npy = new();

        public void Write(Stream stream, TrainedModel model)
        {
            var (d, centers) = (model.FeatureCount, model.CentersInColumnUnits.ToArray());
            switch (fault)
            {
                case "swapped":
                    model.CentersInColumnUnits.AsSpan(0, d).CopyTo(centers.AsSpan(d));
                    model.CentersInColumnUnits.AsSpan(d, d).CopyTo(centers);
                    break;
                case "rounded":
                    centers = [.. centers.Select(value => (double)(float)value)];
                    break;
                case "shifted":
                    centers[^1] += 1e-9;
                    break;
                case "unscaled":
                    centers = model.Centers;
                    break;
                default:
                    centers = centers[d..];
                    break;
            }

            NpyWriter.Write<double>(stream, centers, d);
        }

        public ExportedModel Read(string path, TrainedModel model) => npy.Read(path, model);
    }
}
