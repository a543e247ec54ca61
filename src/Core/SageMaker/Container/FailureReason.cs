using System.Text;
using System.Text.RegularExpressions;

namespace KMeans.SageMaker;

/// <summary>Says why a job failed, for whoever submitted it.</summary>
public static partial class FailureReason
{
    /// <summary>So many characters of it are shown.</summary>
    private const int Longest = 1024;

    /// <summary>Words a failure.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <returns>"ClientError: ..." where the user can correct it, else "AlgorithmError: ...", one line of at most 1,024 characters.</returns>
    public static string Of(Exception failure)
    {
        var reason = failure switch
        {
            InputException e => OfInput(e.Message),
            OutOfMemoryException => "AlgorithmError: there is not enough memory; use a larger instance, or fewer clusters.",
            IOException or UnauthorizedAccessException => $"AlgorithmError: {failure.Message.ReplaceLineEndings(" ").TrimEnd('.')}.",
            _ => $"AlgorithmError: a fault of the program ({failure.GetType().Name}: {failure.Message.ReplaceLineEndings(" ")}); the log has more.",
        };
        return Shorten(reason);
    }

    /// <summary>Words what is wrong with a job's input.</summary>
    /// <param name="message">One line. It may have its kind in front already.</param>
    /// <returns>As <see cref="Of"/>.</returns>
    public static string OfInput(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var hasKind = message.StartsWith("ClientError: ", StringComparison.Ordinal) || message.StartsWith("AlgorithmError: ", StringComparison.Ordinal);
        return Shorten(hasKind ? message : $"ClientError: {ByHyperparameter(message)}");
    }

    /// <summary>Cuts a reason to as many characters as are shown.</summary>
    /// <param name="reason">The reason.</param>
    /// <returns>At most 1,024 characters.</returns>
    public static string Shorten(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return reason.Length <= Longest ? reason : reason[..(Longest - 3)] + "...";
    }

    /// <summary>Names hyperparameters as a job does where a message names the command's options: "k" for "--k".</summary>
    private static string ByHyperparameter(string message) => OptionName().Replace(message, static match =>
        match.Groups[1].Value.Replace('-', '_') is var name && HyperparameterTable.All.Any(parameter => parameter.Name == name) ? name : match.Value);

    [GeneratedRegex("--([a-z]+(?:-[a-z]+)*)", RegexOptions.CultureInvariant)]
    private static partial Regex OptionName();

    /// <summary>Writes it where the platform looks for it. What cannot be written is only in the log.</summary>
    /// <param name="paths">Where that is.</param>
    /// <param name="reason">From <see cref="Of"/>.</param>
    /// <returns>Whether it was written.</returns>
    public static bool Write(ContainerPaths paths, string reason)
    {
        ArgumentNullException.ThrowIfNull(paths);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(paths.Failure)!);
            File.WriteAllText(paths.Failure, reason, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
