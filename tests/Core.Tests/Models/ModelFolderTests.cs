using KMeans.Input;
using KMeans.Models;
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
        var saved = Models.Train(options => options with { Scaling = scaling, Missing = missing, HalfLifeTimeSize = halfLife, Seed = long.MinValue, RowBudget = 0 });
        var path = folder.File("model");

        ModelFolder.Save(path, saved, overwrite: false);
        var loaded = ModelFolder.Load(path);

        Models.AssertEqual(saved.Model, loaded);
    }

    [Fact]
    public void Load_OfListColumns_KeepsTheirNamesAndWidths()
    {
        FeatureColumn[] columns = [new("a \"quoted\" näme,\n", 1), new("vector", 3)];
        var saved = Models.Train(columns: columns);
        ModelFolder.Save(folder.File("model"), saved, overwrite: false);

        var loaded = ModelFolder.Load(folder.File("model"));

        Assert.Equal(columns, loaded.Columns);
        Assert.True(loaded.ColumnsAreNamed);
        Assert.Equal("vector[2]", loaded.FeatureNames[3]);
    }

    [Fact]
    public void Save_OfTwoTrainingsOfTheSameData_GivesTheSameBytes()
    {
        ModelFolder.Save(folder.File("one"), Models.Train(options => options with { Threads = 1 }), overwrite: false);
        ModelFolder.Save(folder.File("two"), Models.Train(options => options with { Threads = 2, Shards = 2 }), overwrite: false);

        var files = Models.Files(folder.File("one"));

        Assert.Equal(["centers.npy", "model.json", "model.tar.gz", "state/centers.npy", "state/coreset.bin"], files.Keys);
        Assert.Equal(files, Models.Files(folder.File("two")));
    }

    [Fact]
    public void Load_WithoutTheStateFolder_GivesTheRoundedCentersAndNoState()
    {
        var saved = Models.Train(options => options with { Scaling = ColumnScaling.Standard });
        var path = folder.File("model");
        ModelFolder.Save(path, saved, overwrite: false);
        Directory.Delete(Path.Combine(path, "state"), recursive: true);
        File.Delete(Path.Combine(path, "model.tar.gz"));

        var loaded = ModelFolder.Load(path);

        Assert.Null(loaded.State);
        Assert.Equal(ModelFolder.ToSingle(saved.Model.CentersInColumnUnits), ModelFolder.ToSingle(loaded.CentersInColumnUnits));
        Assert.Equal(saved.Model.Predict(Models.Rows), loaded.Predict(Models.Rows));
    }

    [Fact]
    public void Load_WithoutWantingTheState_DoesNotReadTheCoreSet()
    {
        var path = folder.File("model");
        var saved = Models.Train();
        ModelFolder.Save(path, saved, overwrite: false);
        File.Delete(Path.Combine(path, "state", "coreset.bin"));

        Assert.Equal(saved.Model.Centers, ModelFolder.Load(path, withState: false).Centers);
        Assert.Contains("coreset.bin: no such file", Assert.Throws<InputException>(() => ModelFolder.Load(path)).Message, StringComparison.Ordinal);
    }
}
