namespace KMeans.Client.Display;

/// <summary>How far a long command is.</summary>
/// <param name="Phase">What it is doing, in one or two words.</param>
/// <param name="Rows">Rows done in this phase; 0 where the phase has none.</param>
/// <param name="TotalRows">Rows in this phase; 0 where that is not known.</param>
/// <param name="Fraction">0 to 1 of this phase; NaN where that is not known.</param>
/// <param name="Msd">The cost so far; NaN where there is none.</param>
internal readonly record struct Activity(string Phase, long Rows, long TotalRows, double Fraction, double Msd)
{
    /// <summary>A phase without rows.</summary>
    /// <param name="phase">What is being done.</param>
    /// <returns>The activity.</returns>
    public static Activity Begin(string phase) => new(phase, 0, 0, double.NaN, double.NaN);
}
