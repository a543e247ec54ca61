using System.CommandLine;
using KMeans.Input;
using KMeans.Models;

namespace KMeans.Client.CommandLine;

/// <summary>Options that several commands share. Made anew for each command.</summary>
internal static class CommonOptions
{
    /// <summary>The most threads that a command takes.</summary>
    private const int MostThreads = 1024;

    /// <summary>How many threads to use.</summary>
    /// <returns>The option; null where it was not given.</returns>
    public static Option<long?> Threads() => OptionKinds.Whole("--threads", "Threads; one a core by default. Never changes a result", 1, MostThreads);

    /// <summary>No progress.</summary>
    /// <returns>The option.</returns>
    public static Option<bool> Quiet() => OptionKinds.Flag("--quiet", "Shows no progress");

    /// <summary>JSON instead of text.</summary>
    /// <returns>The option.</returns>
    public static Option<bool> Json() => OptionKinds.Flag("--json", "Prints JSON");

    /// <summary>Replacing an output.</summary>
    /// <returns>The option.</returns>
    public static Option<bool> Overwrite() => OptionKinds.Flag("--overwrite", "Replaces an existing output");

    /// <summary>A model folder.</summary>
    /// <returns>The option.</returns>
    public static Option<string?> Model() => OptionKinds.Text("--model", "DIR", "The folder of a trained model; also s3://", required: true);

    /// <summary>What to do about missing values, where a model says what it was trained with.</summary>
    /// <param name="description">For the help.</param>
    /// <returns>The option; null where it was not given.</returns>
    public static Option<MissingPolicy?> Missing(string description) => OptionKinds.Number<MissingPolicy?>(
        "--missing", "error|skip|mean", description, false, "one of error, skip, mean", text => (TryReadMissing(text, out var policy), policy));

    /// <summary>What a model was trained to do about missing values.</summary>
    /// <param name="model">The model.</param>
    /// <returns>The policy; that missing values are errors where the model does not say.</returns>
    public static MissingPolicy MissingOf(TrainedModel model) =>
        model.Parameters.TryGetValue("missing", out var text) && TryReadMissing(text, out var policy) ? policy : MissingPolicy.Error;

    /// <summary>Reads a policy's name.</summary>
    /// <param name="text">The name.</param>
    /// <param name="policy">Out: the policy.</param>
    /// <returns>Whether there is one of that name.</returns>
    public static bool TryReadMissing(string text, out MissingPolicy policy)
    {
        policy = text switch { "skip" => MissingPolicy.Skip, "mean" => MissingPolicy.Mean, _ => MissingPolicy.Error };
        return text is "error" or "skip" or "mean";
    }
}
