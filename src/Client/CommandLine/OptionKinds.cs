using System.CommandLine;
using System.Globalization;

namespace KMeans.Client.CommandLine;

/// <summary>Makes options whose values are checked strictly and whose errors name the option, the value and what is allowed.</summary>
internal static class OptionKinds
{
    private const string Auto = "auto";
    private static readonly (string Name, long Bytes)[] SizeUnits = [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("kB", 1000), ("MB", 1000_000), ("GB", 1000_000_000)];

    /// <summary>The value of an option. System.CommandLine cannot hand on a null that a parser returned, so where "auto" stands for null it is told apart here.</summary>
    /// <typeparam name="T">What the option gives.</typeparam>
    /// <param name="parsed">The arguments.</param>
    /// <param name="option">The option.</param>
    /// <returns>Its value; the type's default where it was not given or is "auto".</returns>
    public static T? Read<T>(this ParseResult parsed, Option<T> option) =>
        typeof(T).IsValueType && default(T) is null && parsed.GetResult(option) is { Tokens: [.., { Value: Auto }] } ? default : parsed.GetValue(option);

    /// <summary>A flag: present or not.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    /// <returns>The option.</returns>
    public static Option<bool> Flag(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.Zero };

    /// <summary>A text that is given as it is.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="value">What the value is, for the help.</param>
    /// <param name="description">For the help.</param>
    /// <param name="required">Whether it must be given.</param>
    /// <returns>The option.</returns>
    public static Option<string?> Text(string name, string value, string description, bool required = false) =>
        new(name) { Description = description, HelpName = value, Required = required, Arity = ArgumentArity.ExactlyOne };

    /// <summary>One or more paths, separated by spaces.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    /// <param name="required">Whether it must be given.</param>
    /// <returns>The option.</returns>
    public static Option<string[]> Paths(string name, string description, bool required) =>
        new(name) { Description = description, HelpName = "PATH...", Required = required, AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore };

    /// <summary>Names separated by commas; the option may be repeated.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="value">What the value is, for the help.</param>
    /// <param name="description">For the help.</param>
    /// <returns>The option; null where it was not given.</returns>
    public static Option<string[]?> Names(string name, string value, string description) => new(name)
    {
        Description = description,
        HelpName = value,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result => result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToArray(),
    };

    /// <summary>A whole number.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    /// <param name="least">The least value allowed.</param>
    /// <param name="most">The greatest value allowed.</param>
    /// <param name="auto">Whether "auto" is allowed, which gives null.</param>
    /// <param name="required">Whether it must be given.</param>
    /// <returns>The option; null where it was not given.</returns>
    public static Option<long?> Whole(string name, string description, long least, long most = int.MaxValue, bool auto = false, bool required = false)
    {
        var allowed = most is int.MaxValue or long.MaxValue ? $"a whole number, {least} or more" : $"a whole number from {least} to {most:#,0}";
        return Number<long?>(name, auto ? "N|auto" : "N", description, required, allowed + (auto ? ", or auto" : ""), text => auto && text == Auto
            ? (true, null)
            : (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most, value));
    }

    /// <summary>A number with a fraction.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    /// <param name="least">The least value allowed.</param>
    /// <param name="most">The greatest value allowed.</param>
    /// <param name="auto">Whether "auto" is allowed, which gives null.</param>
    /// <returns>The option; null where it was not given.</returns>
    public static Option<double?> Real(string name, string description, double least, double most, bool auto = false)
    {
        var allowed = string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most:#,0.##}{(auto ? ", or auto" : "")}");
        return Number<double?>(name, auto ? "X|auto" : "X", description, false, allowed, text => auto && text == Auto
            ? (true, null)
            : (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most, value));
    }

    /// <summary>A size in memory: "512MiB", "1GiB", "2GB" or bytes.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    /// <returns>The option in bytes; null where it was not given, or "auto".</returns>
    public static Option<long?> Size(string name, string description) => Number<long?>(name, "SIZE|auto", description, false, "a size such as 512MiB or 1GiB, or auto", text =>
    {
        if (text == Auto)
        {
            return (true, null);
        }

        var (unit, bytes) = SizeUnits.FirstOrDefault(other => text.EndsWith(other.Name, StringComparison.OrdinalIgnoreCase));
        var number = unit is null ? text : text[..^unit.Length];
        var allowed = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value > 0 && value * Math.Max(1, bytes) < long.MaxValue;
        return (allowed, allowed ? (long)(value * Math.Max(1, bytes)) : null);
    });

    /// <summary>A length of time.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    /// <returns>The option; null where it was not given.</returns>
    public static Option<TimeSpan?> Time(string name, string description) => Number<TimeSpan?>(name, "TIME", description, false, "a time such as 90s, 30m or 8h, at most 30d", text =>
    {
        var unit = text.Length > 1 ? text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 0 } : 0;
        var value = 0.0;
        var allowed = unit > 0 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && value > 0 && value * unit <= 30 * 86_400;
        return (allowed, allowed ? TimeSpan.FromSeconds(value * unit) : null);
    });

    /// <summary>One of a few words.</summary>
    /// <typeparam name="T">What the words mean.</typeparam>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    /// <param name="choices">Each word and its meaning; the first is the default, and means the type's default value (null).</param>
    /// <returns>The option.</returns>
    public static Option<T> Choice<T>(string name, string description, params (string Word, T Meaning)[] choices)
    {
        var words = choices.Select(choice => choice.Word).ToArray();
        return Number<T>(name, string.Join('|', words), $"{description} [default: {words[0]}]", false, $"one of {string.Join(", ", words)}", text =>
        {
            var index = Array.IndexOf(words, text);
            return (index >= 0, index >= 0 ? choices[index].Meaning : default!);
        });
    }

    /// <summary>A value that some function reads.</summary>
    /// <typeparam name="T">What it reads.</typeparam>
    /// <param name="name">With its dashes.</param>
    /// <param name="value">What the value is, for the help.</param>
    /// <param name="description">For the help.</param>
    /// <param name="required">Whether it must be given.</param>
    /// <param name="allowed">What is allowed, for the error.</param>
    /// <param name="read">Tells whether the text is allowed and what it means.</param>
    /// <returns>The option.</returns>
    public static Option<T> Number<T>(string name, string value, string description, bool required, string allowed, Func<string, (bool Allowed, T Value)> read) => new(name)
    {
        Description = description,
        HelpName = value,
        Required = required,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            var (isAllowed, meaning) = read(text);
            if (!isAllowed)
            {
                result.AddError($"{name} {text}: must be {allowed}.");
            }

            return meaning;
        },
    };
}
