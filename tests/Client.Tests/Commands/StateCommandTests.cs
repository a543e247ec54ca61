using System.Text.Json;
using KMeans.Client.Tests.Support;

namespace KMeans.Client.Tests.Commands;

/// <summary>kmeans train --update, merge, curve and reduce.</summary>
public sealed class StateCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Update_OfAModelInPlace_CountsAllRowsAndPredicts()
    {
        folder.WriteNpy("first.npy", 300);
        folder.WriteNpy("second.npy", 200);
        Assert.Equal(0, RunKMeans.In(folder, "train", "--input", "first.npy", "--k", "3", "--output", "model").ExitCode);

        var ran = RunKMeans.In(folder, "train", "--update", "model", "--input", "second.npy", "--output", "model", "--overwrite", "--report", "report.json");

        Assert.Equal(0, ran.ExitCode);
        Assert.Contains("200 rows of", ran.Output, StringComparison.Ordinal);
        Assert.Contains("; the model now stands for 500", ran.Output, StringComparison.Ordinal);
        using var report = JsonDocument.Parse(File.ReadAllText(folder["report.json"]));
        Assert.Equal((500, 300, 400), (report.RootElement.GetProperty("rows").GetInt64(), report.RootElement.GetProperty("earlierRows").GetInt64(), report.RootElement.GetProperty("rowsRead").GetInt64()));
        Assert.Equal(0, RunKMeans.In(folder, "predict", "--model", "model", "--input", "second.npy", "--output", "labels.csv").ExitCode);
    }

    [Fact]
    public void Update_OfWhatDoesNotFit_IsOneLineAndLeavesTheModel()
    {
        folder.WriteNpy("rows.npy", 300);
        folder.WriteCsv("named.csv", 20);
        folder.Write("other.csv", "p,q\n1,2\n3,4\n");
        RunKMeans.In(folder, "train", "--input", "named.csv", "--exclude", "id", "--k", "2", "--output", "named");
        RunKMeans.In(folder, "train", "--input", "rows.npy", "--k", "3", "--output", "model", "--scale", "standard");
        var before = File.ReadAllBytes(folder["model/model.json"]);

        Refused("--k 4: the model to be updated has 3 clusters", "train", "--update", "model", "--input", "rows.npy", "--k", "4", "--output", "model", "--overwrite");
        Refused("--scale robust: the model to be updated has --scale standard", "train", "--update", "model", "--input", "rows.npy", "--scale", "robust", "--output", "model", "--overwrite");
        Refused("--columns: an update takes the model's columns", "train", "--update", "model", "--input", "rows.npy", "--columns", "a", "--output", "model", "--overwrite");
        Refused("other.csv: no column 'x'", "train", "--update", "named", "--input", "other.csv", "--output", "named", "--overwrite");
        Refused("--k N: required", "train", "--input", "rows.npy", "--output", "new");
        Directory.Delete(folder["model/state"], recursive: true);
        Refused("--update: the model has no state", "train", "--update", "model", "--input", "rows.npy", "--output", "model", "--overwrite");
        Assert.Equal(before, File.ReadAllBytes(folder["model/model.json"]));
        Assert.False(Directory.Exists(folder["new"]));
    }

    [Fact]
    public void Curve_OfRows_PrintsEveryKAndLeavesAModelThatGoesOn()
    {
        folder.WriteNpy("rows.npy", 300);

        var ran = RunKMeans.In(folder, "curve", "--input", "rows.npy", "--k", "1..6", "--output", "curve", "--choose", "3", "--all-models");

        Assert.Equal((0, ""), (ran.ExitCode, ran.Error));
        Assert.Equal(6, ran.Output.Split('\n').Count(line => line.Contains("exact", StringComparison.Ordinal)));
        Assert.Contains("model of k = 3, curve.json, curve.csv and curve.svg in curve", ran.Output, StringComparison.Ordinal);
        foreach (var name in new[] { "curve.json", "curve.csv", "curve.svg", "model.json", "state/coreset.bin", "k/2/model.json", "k/6/centers.npy" })
        {
            Assert.True(File.Exists(folder[$"curve/{name}"]), name);
        }

        Assert.Equal(0, RunKMeans.In(folder, "score", "--model", "curve/k/2", "--input", "rows.npy").ExitCode);
        var again = RunKMeans.In(folder, "curve", "--model", "curve", "--k", "2..4", "--output", "again");
        Assert.Equal((0, ""), (again.ExitCode, again.Error));
        var reduced = RunKMeans.In(folder, "reduce", "--model", "curve", "--k", "2", "--output", "two");
        Assert.Contains("3 clusters to 2 in", reduced.Output, StringComparison.Ordinal);
        using var model = JsonDocument.Parse(File.ReadAllText(folder["two/model.json"]));
        Assert.Equal((2, 300), (model.RootElement.GetProperty("k").GetInt32(), model.RootElement.GetProperty("rows").GetInt64()));
    }

    [Fact]
    public void Curve_OfWrongArguments_SaysWhichInOneLine()
    {
        folder.WriteNpy("rows.npy", 300);
        RunKMeans.In(folder, "train", "--input", "rows.npy", "--k", "3", "--output", "model");

        Refused("--k 2-5: must be a range", "curve", "--input", "rows.npy", "--k", "2-5", "--output", "curve");
        Refused("--input PATH... or --model DIR: give one of them", "curve", "--k", "2..5", "--output", "curve");
        Refused("--input PATH... or --model DIR: give one of them", "curve", "--input", "rows.npy", "--model", "model", "--k", "2..5", "--output", "curve");
        Refused("--choose 9: must be one of --k 2..5", "curve", "--input", "rows.npy", "--k", "2..5", "--choose", "9", "--output", "curve");
        Refused("--scale: is about reading rows", "curve", "--model", "model", "--scale", "standard", "--k", "2..5", "--output", "curve");
        Refused("model: already exists", "curve", "--model", "model", "--k", "2..5", "--output", "model");
        Refused("--k 301: the model's state supports k up to 300", "reduce", "--model", "model", "--k", "301", "--output", "curve");
        Assert.False(Directory.Exists(folder["curve"]));
    }

    [Fact]
    public void Merge_OfTwoModels_CountsBothInAnyOrder()
    {
        folder.WriteNpy("first.npy", 300);
        folder.WriteNpy("second.npy", 200);
        RunKMeans.In(folder, "train", "--input", "first.npy", "--k", "3", "--output", "a");
        RunKMeans.In(folder, "train", "--input", "second.npy", "--k", "3", "--output", "b");

        var ran = RunKMeans.In(folder, "merge", "a", "b", "--output", "ab");
        var turned = RunKMeans.In(folder, "merge", "b", "a", "--output", "ba");

        Assert.Equal((0, ""), (ran.ExitCode, ran.Error));
        Assert.Contains("2 models of 500 rows together", ran.Output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(folder["ab/model.json"]), File.ReadAllBytes(folder["ba/model.json"]));
        Assert.Equal(File.ReadAllBytes(folder["ab/state/coreset.bin"]), File.ReadAllBytes(folder["ba/state/coreset.bin"]));
        Refused("a: is the same model as a", "merge", "a", "a", "--output", "aa");
        Refused("MODEL...: name two or more", "merge", "a", "--output", "aa");
        Assert.Equal(0, turned.ExitCode);
    }

    [Fact]
    public void State_OfACosineModel_IsUpdatedMergedReducedAndDrawn()
    {
        WriteDirections("first.csv", 0, 300);
        WriteDirections("second.csv", 300, 200);
        Ran("train", "--input", "first.csv", "--k", "3", "--distance", "cosine", "--output", "a");
        Ran("train", "--input", "second.csv", "--k", "3", "--distance", "cosine", "--output", "b");
        Ran("train", "--input", "second.csv", "--k", "3", "--output", "euclidean");

        Assert.Contains("; the model now stands for 500", Ran("train", "--update", "a", "--input", "second.csv", "--output", "updated"), StringComparison.Ordinal);
        Assert.Contains("2 models of 500 rows together", Ran("merge", "a", "b", "--output", "merged"), StringComparison.Ordinal);
        Assert.Contains("3 clusters to 2 in", Ran("reduce", "--model", "merged", "--k", "2", "--output", "two"), StringComparison.Ordinal);
        Assert.Contains("model of k = 3", Ran("curve", "--input", "first.csv", "--distance", "cosine", "--k", "1..5", "--choose", "3", "--output", "curve"), StringComparison.Ordinal);
        foreach (var name in new[] { "updated", "merged", "two", "curve" })
        {
            Assert.Contains("\"distance\":\"cosine\"", File.ReadAllText(folder[$"{name}/model.json"]).Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        Ran("describe", "--model", "two", "--input", "second.csv");
        Refused("--distance euclidean: the model to be updated has --distance cosine", "train", "--update", "a", "--input", "second.csv", "--distance", "euclidean", "--output", "new");
        Refused("--distance cosine: the model to be updated has --distance euclidean", "train", "--update", "euclidean", "--input", "second.csv", "--distance", "cosine", "--output", "new");
        Refused("euclidean: has --distance euclidean where a has cosine", "merge", "a", "euclidean", "--output", "new");
        Refused("--distance: is about reading rows", "curve", "--model", "a", "--distance", "cosine", "--k", "2..4", "--output", "new");
        Assert.False(Directory.Exists(folder["new"]));
    }

    /// <summary>Rows of three directions at many lengths.</summary>
    private void WriteDirections(string name, int first, int rows) => folder.Write(
        name, "x,y\n" + string.Concat(Enumerable.Range(first, rows).Select(i => $"{((i % 3 * 4) + 1 + (i % 5 * 0.1)) * (1 + (i % 7))},{(9 - (i % 3 * 4) + (i % 4 * 0.1)) * (1 + (i % 7))}\n")));

    private string Ran(params string[] arguments)
    {
        var ran = RunKMeans.In(folder, arguments);
        Assert.Equal((0, ""), (ran.ExitCode, ran.Error));
        return ran.Output;
    }

    private void Refused(string start, params string[] arguments) => TrainCommandTests.AssertOneLine(RunKMeans.In(folder, arguments), start);
}
