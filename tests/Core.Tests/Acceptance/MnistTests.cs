using KMeans.Input;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Acceptance;

/// <summary>Real data of some size: 60,000 images of handwritten digits, 784 pixels each.</summary>
public class MnistTests(MnistFiles files) : IClassFixture<MnistFiles>
{
    private static readonly TrainingOptions Options = new() { ClusterCount = 10 };
    private static readonly TrainingOptions Streamed = Options with { RowBudget = 0, SummaryRows = SummaryRows.Parse("5%") };

    [PrerequisiteTheory(Prerequisite.Mnist)]
    [InlineData("npy")]
    [InlineData("recordio")]
    [InlineData("parquet")]
    public void Train_OnTheSameRowsInAnotherFormat_GivesTheSameFingerprint(string format)
    {
        foreach (var options in new[] { Options, Streamed })
        {
            Assert.Equal(Train("idx", options).Model.Fingerprint, Train(format, options).Model.Fingerprint);
        }
    }

    [PrerequisiteFact(Prerequisite.Mnist)]
    public void Train_OnCsv_CostsTheSameWithinATenthOfAPercent()
    {
        var expected = Train("idx", Options).Model.Cost!.Msd;
        var actual = Train("csv", Options).Model.Cost!.Msd;
        Assert.InRange(actual, 0.999 * expected, 1.001 * expected);
    }

    [PrerequisiteFact(Prerequisite.Mnist)]
    public void Train_WithAnyShardsAndThreads_GivesTheSameFingerprint()
    {
        foreach (var options in new[] { Options, Streamed })
        {
            var expected = Train("idx", options with { Threads = 1 }).Model.Fingerprint;
            foreach (var (shards, threads) in new[] { (1, 2), (2, 1), (7, 2) })
            {
                Assert.Equal(expected, Train("idx", options with { Shards = shards, Threads = threads }).Model.Fingerprint);
            }
        }
    }

    [PrerequisiteFact(Prerequisite.Mnist)]
    public void Train_OnInt64WithABillionAdded_GivesTheLabelsOfTheImages()
    {
        var expected = Train("idx", Options).Model;
        var actual = Train("parquet-int64", Options).Model;

        // The shift takes the billion away before float32 sees it: in the model's space the centers are the same to the last bit.
        Assert.Equal(expected.Centers, actual.Centers);
        Assert.Equal(expected.ClusterWeights, actual.ClusterWeights);
    }

    [PrerequisiteFact(Prerequisite.Mnist, Prerequisite.Python)]
    public void ScoreAndPredict_AgreeWithScikitLearnOnTheSameCenters()
    {
        var model = Train("idx", Options).Model;
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("centers.csv"), string.Join('\n', model.CentersInColumnUnits.Chunk(MnistFiles.FeatureCount).Select(row => string.Join(',', row.Select(x => x.ToString("R", System.Globalization.CultureInfo.InvariantCulture))))));
        var output = PythonScript.Run(
            """
            import sys, numpy as np
            from sklearn.cluster import KMeans
            X = np.fromfile(sys.argv[1], np.uint8, offset=16).reshape(-1, 784).astype(np.float64)
            C = np.loadtxt(sys.argv[2], delimiter=",")
            m = KMeans(len(C), init=C, n_init=1, max_iter=1).fit(C)
            m.cluster_centers_ = C
            labels = m.predict(X)
            print(repr(-m.score(X)))
            labels.astype(np.int32).tofile(sys.argv[3])
            """,
            MnistFiles.IdxPath, folder.File("centers.csv"), folder.File("labels.bin"));

        var inertia = double.Parse(output, System.Globalization.CultureInfo.InvariantCulture);
        using var input = InputSet.Match([InputFormats.Open(files.Get("npy"), new InputFormatOptions())], model.Columns, model.ColumnsAreNamed, new ColumnChoice());
        var score = Trainer.Score(model, input);
        Assert.Equal(MnistFiles.RowCount, score.Rows);
        Assert.Equal(inertia, score.Ssd, 1e-6 * inertia);
        Assert.Equal(model.Cost!.Ssd, score.Ssd, 1e-12 * inertia);

        var expected = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(File.ReadAllBytes(folder.File("labels.bin"))).ToArray();
        Assert.Equal(expected, model.Predict(files.Pixels.Select(x => (float)x).ToArray()));
    }

    private TrainingResult Train(string format, TrainingOptions options)
    {
        using var input = InputSet.Create([InputFormats.Open(files.Get(format), new InputFormatOptions())], new ColumnChoice());
        var result = Trainer.Train(input, options);
        Assert.Equal(MnistFiles.RowCount, result.Report.Rows);
        return result;
    }
}
