using KMeans.Training;

namespace KMeans.CoreSets;

/// <summary>Keeps the running centers of a state few: those without rows go, and beyond a bound the cheapest are merged into their neighbours.</summary>
internal static class StateCenters
{
    /// <summary>Bounds the running centers.</summary>
    /// <param name="cells">In/out.</param>
    /// <param name="terms">Length K in/out: the sensitivity that each gives its rows. A merged center has more rows, so that the least counts.</param>
    /// <param name="most">At most so many stay.</param>
    /// <param name="fixedCount">Of those, so many at the front are left in place where looking at every pair would cost too much.</param>
    /// <param name="openingCost">f, for that case.</param>
    /// <returns>Length K before: where each center went. O(K^2 d) where there are too many.</returns>
    public static int[] Bound(RunningCenters cells, ref double[] terms, int most, int fixedCount, double openingCost)
    {
        var map = DropEmpty(cells);
        if (cells.Count > most)
        {
            int[] merged;
            if ((double)cells.Count * cells.Count * cells.FeatureCount < Reduction.MostWardWork)
            {
                CenterClosing.MergeTo(cells, most, out merged);
            }
            else
            {
                CenterClosing.CloseOpened(cells, fixedCount, most - fixedCount, double.IsFinite(openingCost) ? openingCost : 0, out merged);
            }

            for (var j = 0; j < map.Length; j++)
            {
                map[j] = merged[map[j]];
            }
        }

        var bounded = new double[cells.Count];
        Array.Fill(bounded, double.PositiveInfinity);
        for (var j = 0; j < map.Length; j++)
        {
            bounded[map[j]] = Math.Min(bounded[map[j]], terms[j]);
        }

        terms = bounded;
        return map;
    }

    /// <summary>A center without rows has no kept rows either; it is said to have gone to the first one.</summary>
    private static int[] DropEmpty(RunningCenters cells)
    {
        var keep = new bool[cells.Count];
        var map = new int[cells.Count];
        var kept = 0;
        for (var j = 0; j < keep.Length; j++)
        {
            keep[j] = cells.Weights[j] > 0;
            map[j] = keep[j] ? kept++ : 0;
        }

        cells.Retain(keep);
        return map;
    }
}
