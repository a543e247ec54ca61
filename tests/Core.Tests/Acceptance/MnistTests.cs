using KMeans.Input;
using KMeans.Kernels;
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

    /// <summary>Raw pixels; far from the origin, where float32 tells few centers apart; and every center twice. Every row, the scalar kernel's labels and distances.</summary>
    [PrerequisiteTheory(Prerequisite.Mnist)]
    [InlineData(10, 0, false)]
    [InlineData(40, 0, true)]
    [InlineData(20, 1_000_000, false)]
    public void Assign_OnEveryInstructionSet_GivesTheScalarLabels(int clusterCount, float offset, bool twice)
    {
        const int d = MnistFiles.FeatureCount;
        var pixels = files.Pixels.Select(pixel => pixel + offset).ToArray();
        var once = Enumerable.Range(0, clusterCount / (twice ? 2 : 1)).SelectMany(j => pixels.AsSpan(j * 977 * d, d).ToArray().Select(x => x + (1 / 3.0))).ToArray();
        var centers = twice ? [.. once, .. once] : once;
        var expected = Labels(new ScalarKernel(), pixels, centers);
        Assert.Equal(once.Length / d, expected.Labels.Distinct().Count());
        foreach (var kernel in AssignmentKernels.Available)
        {
            var actual = Labels(kernel, pixels, centers);
            Assert.True(expected.Labels.AsSpan().SequenceEqual(actual.Labels), kernel.Name);
            Assert.True(expected.SquaredDistances.AsSpan().SequenceEqual(actual.SquaredDistances), kernel.Name);
        }
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

    private static (int[] Labels, double[] SquaredDistances) Labels(IAssignmentKernel kernel, float[] samples, double[] centers)
    {
        // The rows on two threads: a tenth of a second for the vectors, some seconds for the scalars.
        const int half = MnistFiles.RowCount / 2;
        const int d = MnistFiles.FeatureCount;
        var (labels, squaredDistances) = (new int[MnistFiles.RowCount], new double[MnistFiles.RowCount]);
        var packed = kernel.Pack(centers, centers.Length / d, d);
        Parallel.For(0, 2, i => kernel.Assign(
            samples.AsSpan(i * half * d, half * d), half, packed, labels.AsSpan(i * half, half), squaredDistances.AsSpan(i * half, half), kernel.CreateWorkspace()));
        return (labels, squaredDistances);
    }

    private TrainingResult Train(string format, TrainingOptions options)
    {
        using var input = InputSet.Create([InputFormats.Open(files.Get(format), new InputFormatOptions())], new ColumnChoice());
        var result = Trainer.Train(input, options);
        Assert.Equal(MnistFiles.RowCount, result.Report.Rows);
        return result;
    }
}
