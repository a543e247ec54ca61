namespace KMeans.Kernels;

/// <summary>The place of a center in its group of up to eight, kept in the last bits of its score: a minimum of scores then says which center it is of.</summary>
internal static class ScorePlace
{
    /// <summary>The bits.</summary>
    public const int Mask = 7;

    /// <summary>What they add to the error of a score, in units of its rounding 2^-24: seven units in the last place, which are at most 14.</summary>
    public const int Roundings = 16;
}
