namespace KMeans.Training;

/// <summary>How far a search for centers goes, so that it stays a small part of a pass: decided by the shape of the points alone, as everything must be that decides a result.</summary>
/// <param name="Trials">Searches from other seeds, of which the best counts: only where they cost next to nothing.</param>
/// <param name="SampleRows">Points a center in the thinned sample.</param>
/// <param name="Iterations">Lloyd's iterations between two rounds of dividing and merging, at most.</param>
/// <param name="Tries">Single pairs that are tried where none promises a gain.</param>
/// <param name="FinalIterations">Lloyd's iterations at the end, at most.</param>
/// <param name="Tolerance">Relative: an iteration that gains no more is the last.</param>
internal readonly record struct SearchPlan(int Trials, double SampleRows, int Iterations, int Tries, int FinalIterations, double Tolerance)
{
    /// <summary>Arithmetic that is always worth it: a tenth of a second of two cores.</summary>
    private const double SmallWork = 2e10;

    /// <summary>With fewer points a center than this, the noise of their members hides that a center has two clusters.</summary>
    private const int LeastSampleRows = 10;

    /// <summary>More points a center than this show nothing that is worth their time.</summary>
    private const int MostSampleRows = 100;

    private const int AssignmentsForATrial = 800;
    private const int MostTrials = 50;

    /// <summary>Plans a search. The constants are measured: docs/design/training.md.</summary>
    /// <param name="pointCount">n.</param>
    /// <param name="clusterCount">k.</param>
    /// <param name="featureCount">d.</param>
    /// <returns>The plan.</returns>
    public static SearchPlan For(int pointCount, int clusterCount, int featureCount)
    {
        var affordable = SmallWork / (2.0 * pointCount * clusterCount * featureCount);
        return new SearchPlan(
            (int)Math.Clamp(affordable / AssignmentsForATrial, 1, MostTrials),
            Math.Clamp(4 * affordable, LeastSampleRows, MostSampleRows),
            (int)Math.Clamp(affordable / 2, 1, 10),
            (int)Math.Clamp(affordable / 10, 0, 5),
            (int)Math.Clamp(affordable, 1, 300),
            Math.Clamp(2.5e-3 / affordable, 1e-9, 1e-3));
    }
}
