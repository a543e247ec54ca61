using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using KMeans.Export;
using KMeans.Export.Onnx;
using KMeans.Tests.Models;
using KMeans.Tests.Support;

namespace KMeans.Tests.Export;

/// <summary>What other programs make of exported files.</summary>
public sealed partial class ExportedFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ExportedFilesTests()
    {
        foreach (var name in new[] { "c.npy", "c.csv", "c.parquet", "c.json", "model.sklearn.json", "c.onnx" })
        {
            CenterExport.Write(ExportedModels.Scaled, folder.File(name), ExportFormats.OfName(name), overwrite: false);
        }

        File.WriteAllBytes(folder.File("rows"), MemoryMarshal.AsBytes<float>(SmallModels.Rows).ToArray());
    }

    public void Dispose() => folder.Dispose();

    [PrerequisiteFact(Prerequisite.Python)]
    public void NpyCsvAndJson_InNumpyAndPythonsLibrary_HoldTheSameCenters()
    {
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
        Assert.Equal(ExportedModels.Scaled.CentersInColumnUnits, output[1].Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture)));
    }

    [PrerequisiteFact(Prerequisite.Python)]
    public void Sklearn_WithTheLoaderOfTheDocs_PredictsWhatThisProgramDoes()
    {
        var loader = Loader().Match(File.ReadAllText(Path.Combine(Repository(), "docs", "design", "export.md"))).Groups[1].Value;
        Assert.Equal(5, loader.Trim().Split('\n').Count(line => !line.StartsWith("import ", StringComparison.Ordinal) && !line.StartsWith("from ", StringComparison.Ordinal) && line.Trim().Length > 0));

        var output = PythonScript.Run($"""
            import os, sys, warnings
            warnings.simplefilter("error")
            os.chdir(sys.argv[1])
            {loader.ReplaceLineEndings("\n")}
            rows = np.fromfile("rows", np.float32).reshape(-1, {SmallModels.FeatureCount}).astype(float)
            print(*model.predict(rows))
            print(*(repr(float(value)) for value in model.transform(rows).min(axis=1)))
            """, folder.Path).Split('\n');

        RequireExpected(output[0], output[1]);
    }

    [PrerequisiteFact(Prerequisite.OnnxRuntime)]
    public void Onnx_InOnnxRuntime_PredictsWhatThisProgramDoes()
    {
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
            })();
            """, Prerequisite.Get(Prerequisite.OnnxRuntime), folder.Path, SmallModels.FeatureCount.ToString(CultureInfo.InvariantCulture)).Split('\n');

        RequireExpected(output[0], output[1]);
    }

    [Fact]
    public void Onnx_OfDamagedBytes_IsNotReadBack()
    {
        var bytes = File.ReadAllBytes(folder.File("c.onnx"));
        File.WriteAllBytes(folder.File("cut"), bytes[..^9]);

        Assert.Throws<InvalidDataException>(() => new OnnxCenters().Read(folder.File("cut"), ExportedModels.Scaled));
    }

    private static void RequireExpected(string labels, string distances)
    {
        var expected = ExportedModels.Expected();
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
