using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>Looks for better centers than the reduction's on the rows that the pass kept.</summary>
/// <param name="summary">Of the last pass.</param>
/// <param name="clusterCount">k.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="threads">Threads.</param>
/// <remarks>
/// The running centers' exact means are hard to beat where the random batch has seen every cluster. Where it has not, because the rows that matter are few and far away, the
/// rows kept by sensitivity have. Neither is known beforehand, so that both are candidates and rows that had no part in either choose.
/// </remarks>
internal sealed class Refinement(PartitionSummary summary, int clusterCount, IAssignmentKernel kernel, ComputeThreads threads)
{
    /// <summary>What the pass may cost more than the batch promised: what it is over it, and chance.</summary>
    private const double Tolerated = 0.02;

    /// <summary>Rows a center, and rows in all, of which a coarse core-set has no more: few enough for many starts.</summary>
    private const int CoarseRows = 100;
    private const int LeastCoarseRows = 2000;

    private const double MostOfTheRows = 0.7;

    /// <summary>Of these starts, so many are carried on with all points: what is best for few rows may not be for all.</summary>
    private const int CarriedOn = 10;

    private readonly int featureCount = summary.Centers.FeatureCount;

    /// <summary>The core-set, made when it is needed.</summary>
    public RowBlock Points => field ??= CoreSetPoints.Make(summary.Centers, summary.Sample);

    /// <summary>Whether to look: where it costs next to nothing, and where the pass came out dearer than the random batch promised.</summary>
    /// <param name="initial">The batch's promise.</param>
    /// <param name="squaredErrors">Of all rows around the reduced centers, at most.</param>
    /// <returns>Whether it is worth it.</returns>
    public bool IsWorthwhile(InitialCenters initial, double squaredErrors)
    {
        return squaredErrors > (1 + Tolerated) * initial.ExpectedMsd * summary.TotalWeight || SearchPlan.For(summary.Sample.Count, clusterCount, featureCount).Trials > 1;
    }

    /// <summary>Searches from the reduced centers, and afresh.</summary>
    /// <param name="reduced">Row-major (k, d).</param>
    /// <param name="searchedRows">Rows of a random batch that was searched afresh already; 0 if none was.</param>
    /// <param name="seed">The user's seed.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Two sets of k centers each, row-major; one where the batch was most of the rows, since that search has been made.</returns>
    public IEnumerable<double[]> Candidates(double[] reduced, int searchedRows, long seed, CancellationToken cancellation)
    {
        var search = new CenterSearch(Points, featureCount, clusterCount, kernel, threads);
        yield return search.From(reduced, cancellation).Centers;
        if (searchedRows > MostOfTheRows * summary.RowCount)
        {
            yield break;
        }

        var coarse = Math.Max(LeastCoarseRows, CoarseRows * clusterCount);
        if (Points.Count <= 2 * coarse)
        {
            yield return search.Run(seed, RandomPurpose.Refinement, cancellation).Centers;
            yield break;
        }

        var points = CoreSetPoints.Make(summary.Centers, summary.Sample.Thin(coarse));
        var starts = new CenterSearch(points, featureCount, clusterCount, kernel, threads).Trials(seed, RandomPurpose.Refinement, cancellation);
        yield return search.FromBest(starts, CarriedOn, cancellation).Centers;
    }
}
