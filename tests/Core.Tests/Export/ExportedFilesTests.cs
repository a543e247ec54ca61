using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using KMeans.Export;
using KMeans.Export.Onnx;
using KMeans.Tests.Support;

namespace KMeans.Tests.Export;

/// <summary>What other programs make of exported files.</summary>
public sealed partial class ExportedFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [PrerequisiteFact(Prerequisite.Python)]
    public void NpyCsvAndJson_InNumpyAndPythonsLibrary_HoldTheSameCenters()
    {
        Export(ExportedModels.Scaled, "c.npy", "c.csv", "c.json");

        var output = PythonScript.Run("""
            import csv, json, sys, numpy as np
            folder = sys.argv[1] + "/"
            npy = np.load(folder + "c.npy")
            with open(folder + "c.csv", newline="", encoding="utf-8") as file:
                names, *rows = csv.reader(file)
            table = np.array(rows, float)
            saved = json.load(open(folder + "c.json", encoding="utf-8"))
            assert npy.dtype == np.float64
            assert (npy == table[:, 2:]).all() and (npy == np.array(saved["centers"])).all()
            assert (table[:, 0] == np.arange(len(npy))).all() and (table[:, 1] == np.array(saved["clusterSizes"])).all()
            assert names[2:] == saved["featureNames"]
            assert len(saved["shift"]) == len(saved["factor"]) == saved["features"] == npy.shape[1] and saved["k"] == len(npy)
            print("|".join(names))
            print(" ".join(repr(float(value)) for value in npy.ravel()))
            """, folder.Path).Split('\n');

        Assert.Equal("cluster|size_|a, \"b\"|size|vé[0]|vé[1]", output[0]);
        Assert.Equal(ExportedModels.Scaled.Model.CentersInColumnUnits, output[1].Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, "cosine")]
    public void Json_OfAModelOfDirections_SaysSo(bool ofDirections, string? distance)
    {
        Export(Case(ofDirections), "c.json");

        using var json = JsonDocument.Parse(File.ReadAllText(folder.File("c.json")));
        Assert.Equal(distance, json.RootElement.TryGetProperty("distance", out var named) ? named.GetString() : null);
    }

    [PrerequisiteTheory(Prerequisite.Python)]
    [InlineData(false)]
    [InlineData(true)]
    public void Sklearn_WithTheLoaderOfTheDocs_PredictsWhatThisProgramDoes(bool ofDirections)
    {
        var exported = Case(ofDirections);
        Export(exported, "model.sklearn.json");
        var loader = Loader().Match(File.ReadAllText(Path.Combine(Repository(), "docs", "design", "export.md"))).Groups[1].Value;
        Assert.Equal(5, loader.Trim().Split('\n').Count(line => !line.StartsWith("import ", StringComparison.Ordinal) && !line.StartsWith("from ", StringComparison.Ordinal) && line.Trim().Length > 0));

        var output = PythonScript.Run($"""
            import os, sys, warnings
            warnings.simplefilter("error")
            os.chdir(sys.argv[1])
            {loader.ReplaceLineEndings("\n")}
            rows = np.fromfile("rows", np.float32).reshape(-1, {exported.Model.FeatureCount}).astype(float)
            print(*model.predict(rows))
            print(*(repr(float(value)) for value in model.transform(rows).min(axis=1)))
            print(*(repr(float(value)) for value in model.transform(0 * rows[:1])[0]))
            """, folder.Path).Split('\n');

        RequireExpected(exported, output[0], output[1]);
        if (ofDirections)
        {
            // A row of zeros stays one, and is as far from every direction.
            Assert.All(output[2].Split(' '), distance => Assert.Equal(1, double.Parse(distance, CultureInfo.InvariantCulture), 1e-9));
        }
    }

    [PrerequisiteTheory(Prerequisite.OnnxRuntime)]
    [InlineData(false)]
    [InlineData(true)]
    public void Onnx_InOnnxRuntime_PredictsWhatThisProgramDoes(bool ofDirections)
    {
        var exported = Case(ofDirections);
        Export(exported, "c.onnx");

        var output = NodeScript.Run("""
            const [, modules, folder, d] = process.argv;
            const ort = require(modules + "/onnxruntime-node");
            const bytes = require("fs").readFileSync(folder + "/rows");
            const rows = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
            (async () => {
              const session = await ort.InferenceSession.create(folder + "/c.onnx");
              if (session.inputNames.join() !== "rows" || session.outputNames.join() !== "closest_cluster,distance_to_cluster") throw new Error(session.inputNames + " " + session.outputNames);
              const answer = await session.run({ rows: new ort.Tensor("float32", rows, [rows.length / d, Number(d)]) });
              if (answer.closest_cluster.type !== "int64" || answer.distance_to_cluster.type !== "float32") throw new Error("types");
              if (answer.closest_cluster.dims.join() !== String(rows.length / d)) throw new Error("shape " + answer.closest_cluster.dims);
              console.log([...answer.closest_cluster.data].join(" "));
              console.log([...answer.distance_to_cluster.data].join(" "));
              const odd = new Float32Array(4 * d);
              odd[d] = NaN;
              odd[2 * d] = 1e-30;
              odd[3 * d] = 1;
              console.log((await session.run({ rows: new ort.Tensor("float32", odd, [4, Number(d)]) })).distance_to_cluster.data.join(" "));
            })();
            """, Prerequisite.Get(Prerequisite.OnnxRuntime), folder.Path, exported.Model.FeatureCount.ToString(CultureInfo.InvariantCulture)).Split('\n');

        RequireExpected(exported, output[0], output[1]);

        // A row of zeros, one with a missing value, and two of one direction.
        var distances = output[2].Split(' ');
        Assert.Equal((ofDirections, true, ofDirections), (distances[0] == "NaN", distances[1] == "NaN", distances[2] == distances[3]));
    }

    [Fact]
    public void Onnx_OfDamagedBytes_IsNotReadBack()
    {
        Export(ExportedModels.Scaled, "c.onnx");
        var bytes = File.ReadAllBytes(folder.File("c.onnx"));
        File.WriteAllBytes(folder.File("cut"), bytes[..^9]);

        Assert.Throws<InvalidDataException>(() => new OnnxCenters().Read(folder.File("cut"), ExportedModels.Scaled.Model));
    }

    private static ExportedModels Case(bool ofDirections) => ofDirections ? ExportedModels.Spherical : ExportedModels.Scaled;

    /// <summary>Writes files, and "rows" beside them: float32.</summary>
    private void Export(ExportedModels exported, params string[] names)
    {
        foreach (var name in names)
        {
            CenterExport.Write(exported.Model, folder.File(name), ExportFormats.OfName(name), overwrite: false);
        }

        File.WriteAllBytes(folder.File("rows"), MemoryMarshal.AsBytes<float>(exported.Rows).ToArray());
    }

    private static void RequireExpected(ExportedModels exported, string labels, string distances)
    {
        var expected = exported.Expected();
        Assert.Equal(expected.Labels, labels.Split(' ').Select(label => int.Parse(label, CultureInfo.InvariantCulture)));
        foreach (var (distance, actual) in expected.Distances.Zip(distances.Split(' ')))
        {
            Assert.Equal(distance, double.Parse(actual, CultureInfo.InvariantCulture), 1e-5 * (1 + distance));
        }
    }

    private static string Repository()
    {
        var place = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(place.FullName, "KMeans.sln")))
        {
            place = place.Parent!;
        }

        return place.FullName;
    }

    [GeneratedRegex("```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Loader();
}
