namespace KMeans.Http.Inference;

/// <summary>A request is not answered. Its message is one line for the client.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="innerException">What revealed it, or null.</param>
internal sealed class InvocationException(int status, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;
}
