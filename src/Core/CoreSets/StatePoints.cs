using KMeans.Training;

namespace KMeans.CoreSets;

/// <summary>The rows of a state as points.</summary>
internal static class StatePoints
{
    /// <summary>The rows with their own weights.</summary>
    /// <param name="sample">Sealed.</param>
    /// <returns>One block; no weights where every one is 1.</returns>
    public static RowBlock Rows(RowSample sample)
    {
        var weights = Enumerable.Range(0, sample.Count).Select(sample.Weight).ToArray();
        return new RowBlock(sample.Rows().ToArray(), sample.Count, Array.TrueForAll(weights, weight => weight == 1) ? null : weights);
    }
}
