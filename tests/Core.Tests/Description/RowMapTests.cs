using System.Globalization;
using System.Runtime.InteropServices;
using KMeans.Coordination;
using KMeans.Description;
using KMeans.Description.Projection;
using KMeans.Input;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Description;

public sealed class RowMapTests
{
    [PrerequisiteFact(Prerequisite.Python)]
    public void Components_OfRows_AreThoseOfSklearn()
    {
        var rows = Blobs.Make(1500, 20, 6, spread: 3);
        using var threads = new ComputeThreads(2);
        var (scores, shares) = PrincipalComponents.Of(rows, 20, 4, 1, threads, CancellationToken.None);
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("rows"), MemoryMarshal.AsBytes<float>(rows).ToArray());
        var expected = PythonScript.Run("""
            import sys, numpy as np
            from sklearn.decomposition import PCA
            rows = np.fromfile(sys.argv[1], np.float32).reshape(-1, 20).astype(float)
            pca = PCA(4, svd_solver="full").fit(rows)
            sign = np.sign(pca.components_[np.arange(4), np.abs(pca.components_).argmax(axis=1)])
            print(*pca.explained_variance_ratio_)
            print(*(pca.transform(rows) * sign).ravel())
            """, folder.File("rows")).Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray()).ToArray();

        Assert.Equal(expected[0], shares, (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal(expected[1], scores, (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void Draw_OfAnyThreads_GivesTheSameBits()
    {
        var maps = new[] { 1, 3 }.Select(threads => Draw(Blobs.Make(700, 6, 4), 6, 4, threads)).ToArray();

        Assert.Equal(maps[0].Components, maps[1].Components);
        Assert.Equal(maps[0].Neighbours, maps[1].Neighbours);
        Assert.Equal(maps[0].Labels, maps[1].Labels);
    }

    [Fact]
    public void Neighbours_OfSeparateBlobs_KeepNearRowsNear()
    {
        // 40 columns, so that the plane of the components cannot show ten blobs.
        var map = Draw(Blobs.Make(1000, 40, 10, spread: 4), 40, 10, threads: 2);

        Assert.True(NeighbourPurity(map.Neighbours, map.Labels) > 0.99, $"{NeighbourPurity(map.Neighbours, map.Labels)}");
        Assert.True(NeighbourPurity(map.Components, map.Labels) < 0.95, $"{NeighbourPurity(map.Components, map.Labels)}");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(5, 1)]
    [InlineData(40, 2)]
    public void Draw_OfFewRowsOrColumns_IsFinite(int rows, int features)
    {
        var map = Draw(Blobs.Make(rows, features, 1), features, 1, threads: 1);

        Assert.Equal(rows, map.Labels.Length);
        Assert.Equal(2 * rows, map.Components.Length);
        Assert.All(map.Components.Concat(map.Neighbours), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Draw_OfEqualRows_IsFinite()
    {
        var map = Draw([.. Enumerable.Repeat(3f, 60)], 2, 1, threads: 1);

        Assert.Equal([0, 0], map.Shares);
        Assert.All(map.Components.Concat(map.Neighbours), value => Assert.True(double.IsFinite(value)));
    }

    /// <summary>The part of the rows whose nearest row in the plane is of the same cluster.</summary>
    private static double NeighbourPurity(double[] plane, int[] labels)
    {
        var same = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            var own = i;
            double Distance(int j) => Math.Pow(plane[2 * own] - plane[2 * j], 2) + Math.Pow(plane[(2 * own) + 1] - plane[(2 * j) + 1], 2);
            same += labels[Enumerable.Range(0, labels.Length).Where(j => j != own).MinBy(Distance)] == labels[i] ? 1 : 0;
        }

        return same / (double)labels.Length;
    }

    private static RowMap Draw(float[] rows, int featureCount, int k, int threads)
    {
        using var input = InputSet.Create([new MemoryInputFile(rows, featureCount)], new ColumnChoice());
        var model = Trainer.Train(rows, featureCount, new TrainingOptions { ClusterCount = k }).Model;
        return RowMap.Draw(Describer.Describe(model, input, MissingPolicy.Error, 3), threads);
    }
}
