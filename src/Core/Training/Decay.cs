namespace KMeans.Training;

/// <summary>The weight of rows seen some time ago: 2^(-age / half-life).</summary>
/// <remarks>Computed with additions, multiplications and divisions only, so that it has the same bits on every platform; Math.Pow does not promise that.</remarks>
internal static class Decay
{
    /// <summary>The factor after so many rows.</summary>
    /// <param name="age">Rows seen since, 0 or more.</param>
    /// <param name="halfLife">Rows, or 0 for no decay.</param>
    /// <returns>In [0, 1]. Relative error below 1e-15.</returns>
    public static double Factor(long age, long halfLife)
    {
        if (halfLife == 0 || age == 0)
        {
            return 1;
        }

        var halvings = age / halfLife;
        if (halvings > 1100)
        {
            return 0;
        }

        // e^(-y) for y in [0, ln 2) by its Taylor series, summed from the smallest term: 22 terms leave 1e-25.
        var y = (age % halfLife) / (double)halfLife * 0.69314718055994530942;
        var sum = 1.0;
        for (var term = 22; term > 0; term--)
        {
            sum = 1 - (y / term * sum);
        }

        return Math.ScaleB(sum, (int)-halvings);
    }
}
