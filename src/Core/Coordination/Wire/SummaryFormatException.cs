namespace KMeans.Coordination;

/// <summary>Bytes that should be a summary, a pass or rows are not: cut off, damaged, or of another job.</summary>
/// <param name="message">One line that says what is wrong.</param>
/// <param name="innerException">What was thrown underneath, or null.</param>
internal sealed class SummaryFormatException(string message, Exception? innerException = null) : Exception(message, innerException);
