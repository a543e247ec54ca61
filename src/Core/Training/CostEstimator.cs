using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>Estimates the cost of centers from the uniform sample.</summary>
internal static class CostEstimator
{
    /// <summary>Estimates it.</summary>
    /// <param name="sample">Uniform over all rows and independent of how the centers were found.</param>
    /// <param name="totalWeight">The weight of all rows.</param>
    /// <param name="centers">Row-major (k, d).</param>
    /// <param name="featureCount">d.</param>
    /// <param name="bound">An upper bound of the msd, or null.</param>
    /// <param name="kernel">The kernel.</param>
    /// <returns>The ratio estimate sum(w D^2) / sum(w) with 1.96 standard errors either side (Cochran 1977, 6.4).</returns>
    public static CostEstimate Estimate(RowSample sample, double totalWeight, ReadOnlySpan<double> centers, int featureCount, double? bound, IAssignmentKernel kernel)
    {
        var n = sample.Count;
        var labels = new int[n];
        var squaredDistances = new double[n];
        var packed = kernel.Pack(centers, centers.Length / featureCount, featureCount);
        kernel.Assign(sample.Rows(), n, packed, labels, squaredDistances, kernel.CreateWorkspace());
        (packed as IDisposable)?.Dispose();
        var (weights, costs) = (0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            weights += sample.Weight(i);
            costs += sample.Weight(i) * squaredDistances[i];
        }

        var msd = weights > 0 ? costs / weights : 0;
        var squares = 0.0;
        for (var i = 0; i < n; i++)
        {
            var residual = sample.Weight(i) * (squaredDistances[i] - msd);
            squares += residual * residual;
        }

        var margin = weights > 0 && n > 1 ? 1.96 * Math.Sqrt(squares * n / (n - 1)) / weights : 0;
        return new CostEstimate(CostKind.Estimate, msd, totalWeight, Math.Max(0, msd - margin), msd + margin, bound);
    }
}
