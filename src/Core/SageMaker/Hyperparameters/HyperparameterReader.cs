using System.Globalization;
using KMeans.Training;

namespace KMeans.SageMaker;

/// <summary>Reads hyperparameters one by one and gathers everything that is wrong with them, so that a user corrects a job once.</summary>
/// <remarks>Errors are worded as the reference product's: what is missing or unknown is a ClientError, a value that its schema refuses an AlgorithmError.</remarks>
internal sealed class HyperparameterReader
{
    /// <summary>So much of a value is shown in a message.</summary>
    private const int ShownLength = 80;

    private readonly IReadOnlyDictionary<string, string> values;
    private readonly List<string> errors = [];

    /// <summary>Looks at the names.</summary>
    /// <param name="values">Name to value, as given.</param>
    public HyperparameterReader(IReadOnlyDictionary<string, string> values)
    {
        this.values = values;
        var missing = HyperparameterTable.All.Where(parameter => parameter.IsRequired && !values.ContainsKey(parameter.Name)).Select(parameter => Quote(parameter.Name)).ToList();
        if (missing.Count > 0)
        {
            errors.Add($"ClientError: No value(s) were specified for {string.Join(", ", missing)} which are required hyperparameter(s) (caused by ValidationError)");
        }

        var known = HyperparameterTable.All.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        var unknown = values.Keys.Where(name => !known.Contains(name)).Order(StringComparer.Ordinal).Select(Quote).ToList();
        if (unknown.Count > 0)
        {
            errors.Add($"ClientError: Additional properties are not allowed ({string.Join(", ", unknown)} {(unknown.Count == 1 ? "was" : "were")} unexpected) (caused by ValidationError)");
        }
    }

    /// <summary>Ends the reading.</summary>
    /// <exception cref="InputException">All errors, in one line.</exception>
    public void ThrowIfWrong()
    {
        if (errors.Count > 0)
        {
            throw new InputException(string.Join("; ", errors));
        }
    }

    /// <summary>Adds an error of the user's.</summary>
    /// <param name="text">What is wrong.</param>
    public void Refuse(string text) => errors.Add($"ClientError: {text}");

    /// <summary>A whole number.</summary>
    /// <param name="parameter">Which.</param>
    /// <returns>Null where it is not given or automatic, or wrong.</returns>
    public long? Whole(Hyperparameter parameter)
    {
        if (Text(parameter) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= parameter.Least && value <= parameter.Most)
        {
            return value;
        }

        RefuseValue(parameter, text);
        return null;
    }

    /// <summary>A number.</summary>
    /// <param name="parameter">Which.</param>
    /// <returns>Null where it is not given or automatic, or wrong.</returns>
    public double? Real(Hyperparameter parameter)
    {
        if (Text(parameter) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= parameter.Least && value <= parameter.Most)
        {
            return value;
        }

        RefuseValue(parameter, text);
        return null;
    }

    /// <summary>A way to choose centers.</summary>
    /// <param name="parameter">Which.</param>
    /// <returns>Null where it is not given or automatic, or wrong.</returns>
    public InitMethod? Method(Hyperparameter parameter) => Word(parameter) switch { "random" => InitMethod.Random, "kmeans++" => InitMethod.KMeansPlusPlus, _ => null };

    /// <summary>A yes or no, in small letters or with a capital as Python writes it.</summary>
    /// <param name="parameter">Which.</param>
    /// <returns>Null where it is not given, or wrong.</returns>
    public bool? Flag(Hyperparameter parameter) => Word(parameter) switch { "true" or "True" => true, "false" or "False" => false, _ => null };

    /// <summary>A list of metrics: JSON, and also without its quotes, or with single ones, as clients have sent it.</summary>
    /// <param name="parameter">Which.</param>
    /// <returns>Without repetitions, in the order given; null where it is not given or automatic, or wrong.</returns>
    public IReadOnlyList<EvaluationMetric>? Metrics(Hyperparameter parameter)
    {
        if (Text(parameter) is not { } text)
        {
            return null;
        }

        var inside = text.Trim();
        var isBracketed = inside.StartsWith('[') && inside.EndsWith(']') && inside.Length > 1;
        var words = (isBracketed ? inside[1..^1] : inside).Split(',').Select(Unquote).ToList();
        if (words.All(parameter.Words.Contains))
        {
            return [.. words.Distinct().Select(word => word == "ssd" ? EvaluationMetric.Ssd : EvaluationMetric.Msd)];
        }

        if (isBracketed)
        {
            RefuseValue(parameter, text);
        }
        else
        {
            Refuse($"Hyperparameter must be valid json, but found {parameter.Name}: {Shorten(text)} (caused by ValueError); it must be {parameter.Allowed}");
        }

        return null;
    }

    private string? Word(Hyperparameter parameter)
    {
        if (Text(parameter) is not { } text)
        {
            return null;
        }

        if (parameter.Words.Contains(text) || (parameter == HyperparameterTable.ForceDense && text is "True" or "False"))
        {
            return text;
        }

        RefuseValue(parameter, text);
        return null;
    }

    /// <summary>The text; null where there is none or it says "auto", which any optional parameter of the algorithm may say.</summary>
    private string? Text(Hyperparameter parameter) =>
        values.TryGetValue(parameter.Name, out var text) && (parameter.IsRequired || text != HyperparameterTable.Auto) ? text : null;

    private void RefuseValue(Hyperparameter parameter, string text)
    {
        var (problem, rule) = parameter.Words.Count > 0
            ? ($"is not one of [{string.Join(", ", parameter.Words.Select(Quote))}]", "enum")
            : ("is not valid under any of the given schemas", "oneOf");
        errors.Add($"AlgorithmError: {Quote(Shorten(text))} {problem}. Failed validating '{rule}' in schema['properties']['{parameter.Name}']: {parameter.Name} must be {parameter.Allowed}");
    }

    private static string Unquote(string word)
    {
        var bare = word.Trim();
        return bare.Length > 1 && bare[0] is '"' or '\'' && bare[^1] == bare[0] ? bare[1..^1] : bare;
    }

    private static string Quote(string text) => $"'{text}'";

    private static string Shorten(string text) => text.Length <= ShownLength ? text : text[..ShownLength] + "...";
}
