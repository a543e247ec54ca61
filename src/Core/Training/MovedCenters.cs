using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>How far centers have moved between two assignments, and which few of them moved so much farther than the rest that rows are better compared with those alone.</summary>
/// <param name="clusterCount">k.</param>
/// <param name="featureCount">d.</param>
/// <param name="kernel">The kernel.</param>
/// <remarks>
/// A row keeps its label where its bound on the other centers, less the greatest of their moves, still exceeds its own distance. One center that jumps would open
/// every row, so the s farthest movers are set apart: their distances are taken anew, which costs s / k of an assignment, and the rest's greatest move counts for the bound.
/// s is where both together cost least; grouping centers by their moves is Drake and Hamerly's (2012) and Ding et al.'s (2015) way out too.
/// </remarks>
internal sealed class MovedCenters(int clusterCount, int featureCount, IAssignmentKernel kernel) : IDisposable
{
    /// <summary>At most one center in so many is set apart: with more, all are compared.</summary>
    private const int LeastRest = 3;

    /// <summary>What comparing rows with a few centers costs on top, in centers: their own distances, and tiles that are not full.</summary>
    private const int Overhead = 16;

    private readonly double[] moves = new double[clusterCount];
    private readonly double[] descending = new double[clusterCount];
    private readonly int[] order = new int[clusterCount];
    private readonly long[] closing = new long[clusterCount + 1];
    private double[] previous = [];
    private double[] apartCenters = [];
    private int farthestOfRest;
    private double greatestOfRest = double.PositiveInfinity;
    private double secondOfRest = double.PositiveInfinity;

    /// <summary>Length k: at least how far each center has moved. Empty moves before the second assignment.</summary>
    public ReadOnlySpan<double> Moves => moves;

    /// <summary>The centers that are set apart, increasing.</summary>
    public int[] Apart { get; private set; } = [];

    /// <summary>Those centers, packed; null where there are none.</summary>
    public PackedCenters? PackedApart { get; private set; }

    /// <summary>At least how far any center of the rest but one has moved.</summary>
    /// <param name="label">The one.</param>
    /// <returns>Infinity before the second assignment.</returns>
    public double GreatestMove(int label) => label == farthestOfRest ? secondOfRest : greatestOfRest;

    /// <summary>Notes the centers of the next assignment. O(k d).</summary>
    /// <param name="centers">Row-major (k, d).</param>
    /// <param name="margin">Relative: above the rounding of distances.</param>
    /// <returns>Whether there was an assignment before.</returns>
    public bool Note(ReadOnlySpan<double> centers, double margin)
    {
        if (previous.Length == 0)
        {
            previous = centers.ToArray();
            return false;
        }

        for (var j = 0; j < clusterCount; j++)
        {
            var from = j * featureCount;
            moves[j] = Math.Sqrt(SquaredDistance.BetweenCenters(centers.Slice(from, featureCount), previous.AsSpan(from, featureCount))) * (1 + margin);
            (descending[j], order[j]) = (-moves[j], j);
        }

        centers.CopyTo(previous);
        Array.Sort(descending, order);
        for (var j = 0; j < clusterCount; j++)
        {
            descending[j] = -descending[j];
        }

        closing.AsSpan().Clear();
        return true;
    }

    /// <summary>Counts a row in when the centers to be set apart are chosen. O(log k).</summary>
    /// <param name="slack">Its label cannot change while the rest's greatest move is less than this.</param>
    public void Count(double slack)
    {
        var (low, high) = (0, clusterCount);
        while (low < high)
        {
            var middle = (low + high) / 2;

            // Written so that NaN counts as open.
            (low, high) = descending[middle] < slack ? (low, middle) : (middle + 1, high);
        }

        closing[low]++;
    }

    /// <summary>Chooses them.</summary>
    /// <param name="rowCount">Rows that were counted in.</param>
    public void Choose(long rowCount)
    {
        var (best, apart, closed) = ((double)rowCount, 0, 0L);
        for (var s = 0; s <= clusterCount / LeastRest; s++)
        {
            closed += closing[s];
            var cost = rowCount - closed + (s == 0 ? 0 : (s + Overhead) / (double)clusterCount * rowCount);
            if (cost < best)
            {
                (best, apart) = (cost, s);
            }
        }

        (farthestOfRest, greatestOfRest, secondOfRest) = (order[apart], descending[apart], apart + 1 < clusterCount ? descending[apart + 1] : 0);
        Apart = order[..apart];
        if (apart == 0)
        {
            return;
        }

        // Increasing, so that of equal distances the lowest index still wins.
        Array.Sort(Apart);
        if (apartCenters.Length < apart * featureCount)
        {
            apartCenters = new double[Math.Max(1, clusterCount / LeastRest) * featureCount];
        }

        for (var i = 0; i < apart; i++)
        {
            previous.AsSpan(Apart[i] * featureCount, featureCount).CopyTo(apartCenters.AsSpan(i * featureCount));
        }

        PackedApart = kernel.Pack(apartCenters.AsSpan(0, apart * featureCount), apart, featureCount, PackedApart);
    }

    /// <inheritdoc/>
    public void Dispose() => (PackedApart as IDisposable)?.Dispose();
}
