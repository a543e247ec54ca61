using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>How the centers compare with what classic k-means makes of a part of the same data.</summary>
/// <param name="LloydGap">
/// The model's msd over that of k-means++ and Lloyd, minus 1, both estimated on rows that neither was fitted to: below 0 the model is the better one.
/// </param>
/// <param name="LloydRows">The points of the core-set on which that was run to convergence.</param>
/// <param name="SeedAgreement">The part of the rows that both group alike, 0 to 1: what would be left of the clusters with another start.</param>
public sealed record QualityStatement(double LloydGap, int LloydRows, double SeedAgreement);

/// <summary>Makes the statement.</summary>
/// <param name="clusterCount">k.</param>
/// <param name="featureCount">d.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="threads">Threads.</param>
internal sealed class QualityCheck(int clusterCount, int featureCount, IAssignmentKernel kernel, ComputeThreads threads)
{
    /// <summary>Operations of one assignment: with a dozen iterations a twentieth of a second of two cores.</summary>
    private const double Work = 5e8;

    /// <summary>Operations of one assignment at most, with the least rows: beyond that a check costs seconds and is left out.</summary>
    private const double MostWork = 2e10;

    private const int LeastRowsPerCenter = 10;

    /// <summary>Runs k-means++ and Lloyd to convergence on a part of the core-set and compares. O(30 m k d).</summary>
    /// <param name="summary">Of the last pass; sealed.</param>
    /// <param name="centers">Row-major (k, d): the model's.</param>
    /// <param name="estimator">Estimates costs.</param>
    /// <param name="seed">The user's seed; the start has its own numbers.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The statement; null where k d is so large that it would take seconds, or nothing costs anything.</returns>
    public QualityStatement? Run(PartitionSummary summary, double[] centers, CostEstimator estimator, long seed, CancellationToken cancellation)
    {
        var perRow = 2.0 * clusterCount * featureCount;
        var rows = Math.Max((long)LeastRowsPerCenter * clusterCount, (long)(Work / perRow));
        if (rows * perRow > MostWork)
        {
            return null;
        }

        var sample = summary.Sample.Count > rows ? summary.Sample.Thin((int)rows) : summary.Sample;
        var points = new RowBlock(sample.Rows().ToArray(), sample.Count, Enumerable.Range(0, sample.Count).Select(sample.ExpandedWeight).ToArray());
        var solver = new PointSolver(points, featureCount, clusterCount, kernel, threads)
        {
            Method = InitMethod.KMeansPlusPlus,
            MaxIterations = AutoPolicy.LloydMaxIterations,
            Tolerance = AutoPolicy.LloydTolerance,
        };
        var lloyd = solver.Best(1, seed, RandomPurpose.QualityCheck, cancellation).Centers;
        var reference = estimator.ForReporting(lloyd, null, cancellation).Msd;
        return reference > 0
            ? new QualityStatement((estimator.ForReporting(centers, null, cancellation).Msd / reference) - 1, points.Count, Agreement(points, centers, lloyd, cancellation))
            : null;
    }

    /// <summary>The weight of the points whose cluster is the one that most points of their other cluster are in; the less of both ways.</summary>
    private double Agreement(RowBlock points, double[] a, double[] b, CancellationToken cancellation)
    {
        var (ofA, ofB) = (Labels(a), Labels(b));
        var weights = new Dictionary<(int A, int B), double>();
        var total = 0.0;
        for (var i = 0; i < points.Count; i++)
        {
            var pair = (ofA[i], ofB[i]);
            weights[pair] = weights.GetValueOrDefault(pair) + points.SampleWeights![i];
            total += points.SampleWeights[i];
        }

        var ways = new[] { weights.GroupBy(entry => entry.Key.A), weights.GroupBy(entry => entry.Key.B) };
        return total > 0 ? Math.Min(1, ways.Min(clusters => clusters.OrderBy(cluster => cluster.Key).Sum(cluster => cluster.Max(entry => entry.Value))) / total) : 1;

        int[] Labels(double[] centers) => PointAssignment.Run(points.Samples.AsMemory(0, points.Count * featureCount), centers, featureCount, kernel, threads, cancellation).Labels;
    }
}
