namespace KMeans.Models;

/// <summary>Whether the values of a state are ones that a training can have written: what is computed from them later need not be asked again.</summary>
internal static class CoreSetCheck
{
    /// <summary>Checks every value. O((K + m) d).</summary>
    /// <param name="state">As read; its arrays have the lengths that belong together.</param>
    /// <returns>Whether all is finite, amounts are not negative, and labels and keys are in range.</returns>
    public static bool IsSound(CoreSet state) =>
        state.RowsSeen >= 0 && state.NextKey >= 0 && AreAmounts([state.TotalWeight, state.SearchedMsd, state.DistanceFactor, state.OpenedTerm])
        && AreAmounts(state.CenterTerms) && AreAmounts(state.CenterWeights) && AreAmounts(state.CenterSquaredErrors) && AreFinite(state.CenterMeans)
        && AreSound(state.Sample, state) && AreSound(state.CostSample, state);

    private static bool AreSound(KeptRows rows, CoreSet state)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            var isInOrder = rows.Keys[i] >= (i == 0 ? 0 : rows.Keys[i - 1]) && rows.Keys[i] < state.NextKey;
            if (!isInOrder || !(rows.Priorities[i] >= 0 && rows.Priorities[i] < rows.Threshold) || (uint)rows.Labels[i] >= (uint)state.CenterCount)
            {
                return false;
            }
        }

        return AreAmounts([rows.Threshold]) && AreAmounts(rows.Sensitivities) && AreAmounts(rows.Weights) && AreFinite(rows.Rows);
    }

    private static bool AreAmounts(ReadOnlySpan<double> values) => !values.ContainsAnyExceptInRange(0.0, double.MaxValue);

    private static bool AreFinite(ReadOnlySpan<double> values) => !values.ContainsAnyExceptInRange(-double.MaxValue, double.MaxValue);

    private static bool AreFinite(ReadOnlySpan<float> values) => !values.ContainsAnyExceptInRange(-float.MaxValue, float.MaxValue);
}
