namespace KMeans.Http.Protocol;

/// <summary>A worker refused, or a request is to be refused.</summary>
/// <param name="problem">Why.</param>
internal sealed class ProblemException(Problem problem) : Exception(problem.Detail)
{
    /// <summary>Why.</summary>
    public Problem Problem => problem;
}
