using KMeans.Input;
using KMeans.Kernels;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class UnitCentersTests
{
    private const int FeatureCount = 4;
    private const int ClusterCount = 6;

    /// <summary>Rows of length 1 are shifted on their way to a kernel.</summary>
    private static readonly ColumnTransform Shifted = new([0.25, -0.5, 0.125, 0], [1, 1, 1, 1]);

    [Fact]
    public void Directions_OfMeansInAShiftedSpace_HaveLengthOneInTheirOwn()
    {
        double[] means = [.. Space([3, 0, 4, 0]), .. Space([0, 0, 0, 0])];

        var centers = new UnitCenters(Shifted).Directions(means);

        Assert.Equal(Space([0.6, 0, 0.8, 0]), centers[..4].Select(value => Math.Round(value, 12)));
        Assert.Equal(means[4..], centers[4..]);
    }

    [Fact]
    public void For_EuclideanDistance_IsNull()
    {
        Assert.Null(UnitCenters.For(DistanceMeasure.Euclidean, Shifted));
        Assert.NotNull(UnitCenters.For(DistanceMeasure.Cosine, Shifted));
    }

    [Fact]
    public void Descend_StepByStep_NeverCostsMoreAndSaysWhatItsCentersCost()
    {
        var points = Points();
        var unit = new UnitCenters(Shifted);
        var previous = double.PositiveInfinity;
        for (var steps = 0; steps < 6; steps++)
        {
            using var clusters = Assigned(points);

            var (centers, error) = unit.Descend(clusters, steps, 0, CancellationToken.None);

            // What the members cost; with the nearest center of each they cost no more.
            var labels = new int[points.Count];
            for (var j = 0; j < ClusterCount; j++)
            {
                foreach (var i in clusters.Members(j))
                {
                    labels[i] = j;
                }
            }

            var cost = Enumerable.Range(0, points.Count).Sum(i => SquaredDistance.Between(points.Samples.AsSpan(i * FeatureCount, FeatureCount), centers.AsSpan(labels[i] * FeatureCount, FeatureCount)));
            Assert.Equal(cost, error, 1e-6 * cost);
            Assert.True(error <= previous, $"{error} after {steps} steps, {previous} before");
            previous = error;
        }
    }

    [Fact]
    public void CheapestMerger_OfClusters_CostsWhatItsRowsCostMoreAroundOneCenter()
    {
        var points = Points();
        var unit = new UnitCenters(Shifted);
        using var clusters = Assigned(points);
        var prices = new Dictionary<(int, int), double>();
        for (var i = 0; i < ClusterCount; i++)
        {
            for (var j = i + 1; j < ClusterCount; j++)
            {
                prices.Add((i, j), Cost(points, unit, [.. clusters.Members(i), .. clusters.Members(j)]) - Cost(points, unit, clusters.Members(i).ToArray()) - Cost(points, unit, clusters.Members(j).ToArray()));
            }
        }

        var (kept, gone, price) = unit.CheapestMerger(clusters.Weights, clusters.Means);

        Assert.Equal(prices.MinBy(pair => pair.Value).Key, (kept, gone));
        Assert.Equal(prices[(kept, gone)], price, 1e-4 * price);
    }

    [Fact]
    public void CheapestMerger_OfATightAndALooseClusterOfOneDirection_IsFree()
    {
        // Ward's price for means would put the first and the third together.
        double[] means = [.. Space([0.9, 0, 0, 0]), .. Space([0.3, 0, 0, 0]), .. Space([0.8, 0.3, 0, 0])];

        var (kept, gone, price) = new UnitCenters(Shifted).CheapestMerger([10, 10, 10], means);

        Assert.Equal((0, 1), (kept, gone));
        Assert.Equal(0, price, 1e-12);
    }

    private static double[] Space(double[] row) => [.. row.Select((value, f) => Shifted.Apply(value, f))];

    private static double Cost(RowBlock points, UnitCenters unit, int[] rows)
    {
        var mean = new double[FeatureCount];
        foreach (var i in rows)
        {
            for (var f = 0; f < FeatureCount; f++)
            {
                mean[f] += points.Samples[(i * FeatureCount) + f] / (double)rows.Length;
            }
        }

        var center = unit.Directions(mean);
        return rows.Sum(i => SquaredDistance.Between(points.Samples.AsSpan(i * FeatureCount, FeatureCount), center));
    }

    private static RowBlock Points()
    {
        using var input = Directions.Input(Directions.Make(3_000, FeatureCount, ClusterCount, spread: 1.5), FeatureCount);
        var batch = new SampleBatch(3_000, FeatureCount, false);
        using var reader = input.Open(input.Partitions[0], Shifted, MissingPolicy.Error, []);
        Assert.True(reader.Read(batch, 3_000));
        return new RowBlock(batch.Samples.ToArray(), batch.Count, null);
    }

    private static PointClusters Assigned(RowBlock points)
    {
        var clusters = new PointClusters(points, FeatureCount, ClusterCount, AssignmentKernels.Best, null);
        clusters.Assign([.. points.Samples.Take(ClusterCount * FeatureCount).Select(value => (double)value)], CancellationToken.None);
        return clusters;
    }
}
