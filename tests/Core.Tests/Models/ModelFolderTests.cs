using System.Runtime.InteropServices;
using KMeans.Input;
using KMeans.Models;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Models;

public sealed class ModelFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(ColumnScaling.None, MissingPolicy.Error, 0)]
    [InlineData(ColumnScaling.Robust, MissingPolicy.Mean, 500)]
    public void Load_AfterSave_GivesTheSameModelBitForBit(ColumnScaling scaling, MissingPolicy missing, long halfLife)
    {
        var saved = SmallModels.Train(options => options with { Scaling = scaling, Missing = missing, HalfLifeTimeSize = halfLife, Seed = long.MinValue, RowBudget = 0 });
        var path = folder.File("model");

        ModelFolder.Save(path, saved, overwrite: false);
        var loaded = ModelFolder.Load(path);

        SmallModels.AssertEqual(saved.Model, loaded);
    }

    [Fact]
    public void Load_OfListColumns_KeepsTheirNamesAndWidths()
    {
        FeatureColumn[] columns = [new("a \"quoted\" näme,\n", 1), new("vector", 3)];
        var saved = SmallModels.Train(columns: columns);
        ModelFolder.Save(folder.File("model"), saved, overwrite: false);

        var loaded = ModelFolder.Load(folder.File("model"));

        Assert.Equal(columns, loaded.Columns);
        Assert.True(loaded.ColumnsAreNamed);
        Assert.Equal("vector[2]", loaded.FeatureNames[3]);
    }

    [Fact]
    public void Save_OfTwoTrainingsOfTheSameData_GivesTheSameBytes()
    {
        ModelFolder.Save(folder.File("one"), SmallModels.Train(options => options with { Threads = 1 }), overwrite: false);
        ModelFolder.Save(folder.File("two"), SmallModels.Train(options => options with { Threads = 2, Shards = 2 }), overwrite: false);

        var files = SmallModels.Files(folder.File("one"));

        Assert.Equal(["centers.npy", "model.json", "model.tar.gz", "state/centers.npy", "state/coreset.bin"], files.Keys);
        Assert.Equal(files, SmallModels.Files(folder.File("two")));
    }

    [Fact]
    public void Load_WithoutTheStateFolder_GivesTheRoundedCentersAndNoState()
    {
        var saved = SmallModels.Train(options => options with { Scaling = ColumnScaling.Standard });
        var path = folder.File("model");
        ModelFolder.Save(path, saved, overwrite: false);
        Directory.Delete(Path.Combine(path, "state"), recursive: true);
        File.Delete(Path.Combine(path, "model.tar.gz"));

        var loaded = ModelFolder.Load(path);

        Assert.Null(loaded.State);
        Assert.Equal(ModelFolder.ToSingle(saved.Model.CentersInColumnUnits), ModelFolder.ToSingle(loaded.CentersInColumnUnits));
        Assert.Equal(saved.Model.Predict(SmallModels.Rows), loaded.Predict(SmallModels.Rows));
    }

    [Fact]
    public void Load_WithoutWantingTheState_DoesNotReadTheCoreSet()
    {
        var path = folder.File("model");
        var saved = SmallModels.Train();
        ModelFolder.Save(path, saved, overwrite: false);
        File.Delete(Path.Combine(path, "state", "coreset.bin"));

        Assert.Equal(saved.Model.Centers, ModelFolder.Load(path, withState: false).Centers);
        Assert.Contains("coreset.bin: no such file", Assert.Throws<InputException>(() => ModelFolder.Load(path)).Message, StringComparison.Ordinal);
    }

    [PrerequisiteFact(Prerequisite.Python)]
    public void Save_WritesCentersThatNumpyReads()
    {
        var saved = SmallModels.Train(options => options with { Scaling = ColumnScaling.Standard });
        ModelFolder.Save(folder.File("model"), saved, overwrite: false);

        const string script = "import numpy, sys; a = numpy.load(sys.argv[1]); print(a.dtype, a.shape, a.flags.c_contiguous); print(a.tobytes().hex())";
        var output = PythonScript.Run(script, folder.File("model/centers.npy")).Split('\n');

        Assert.Equal("float32 (3, 4) True", output[0].Trim());
        var centers = MemoryMarshal.Cast<byte, float>(Convert.FromHexString(output[1].Trim()));
        Assert.Equal(ModelFolder.ToSingle(saved.Model.CentersInColumnUnits), centers);
    }
}
