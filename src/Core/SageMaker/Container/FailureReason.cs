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
            InputException e when e.Message.StartsWith("ClientError: ", StringComparison.Ordinal) || e.Message.StartsWith("AlgorithmError: ", StringComparison.Ordinal) => e.Message,
            InputException e => $"ClientError: {ByHyperparameter(e.Message)}",
            OutOfMemoryException => "AlgorithmError: there is not enough memory; use a larger instance, or fewer clusters.",
            IOException or UnauthorizedAccessException => $"AlgorithmError: {failure.Message.ReplaceLineEndings(" ").TrimEnd('.')}.",
            _ => $"AlgorithmError: a fault of the program ({failure.GetType().Name}: {failure.Message.ReplaceLineEndings(" ")}); the log has more.",
        };
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
