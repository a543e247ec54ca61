namespace KMeans.Coordination;

/// <summary>A training was stopped by a limit that the user set, and there is no model.</summary>
public sealed class TrainingStoppedException : Exception
{
    /// <summary>Creates one.</summary>
    /// <param name="message">One line: which limit, and how to go on.</param>
    public TrainingStoppedException(string message)
        : base(message)
    {
    }
}
