namespace KMeans;

/// <summary>The user's data, arguments or files are wrong. The message is one line that names the file, the row and the column, or the option and its limit, and what to do.</summary>
/// <remarks>
/// Deterministic: retrying never helps. The console program prints the message and exits with code 2. Names and values in it come from files, so control characters
/// become spaces: whatever a file holds, the message stays one line and cannot steer a terminal.
/// </remarks>
public sealed class InputException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">One line for the user, without a stack or a type name.</param>
    public InputException(string message)
        : base(OneLine(message))
    {
    }

    /// <summary>Creates the error from the failure that revealed it.</summary>
    /// <param name="message">One line for the user, without a stack or a type name.</param>
    /// <param name="innerException">What was thrown underneath.</param>
    public InputException(string message, Exception innerException)
        : base(OneLine(message), innerException)
    {
    }

    private static string OneLine(string message) => string.Create(message.Length, message, static (line, message) =>
    {
        for (var i = 0; i < line.Length; i++)
        {
            // Unicode's own line ends are no control characters.
            line[i] = char.IsControl(message[i]) || message[i] is '\u2028' or '\u2029' ? ' ' : message[i];
        }
    });
}
