using System.CommandLine;
using System.CommandLine.Parsing;

namespace KMeans.Client.CommandLine;

/// <summary>Puts what is wrong with the arguments into one line.</summary>
internal static class UsageError
{
    /// <summary>Finds the first thing that is wrong.</summary>
    /// <param name="parsed">The parsed arguments.</param>
    /// <param name="arguments">The same as the user gave them.</param>
    /// <returns>The message, or null where all is well.</returns>
    public static string? Find(ParseResult parsed, string[] arguments)
    {
        // Help and version are answered whatever else is on the line.
        if (parsed.Action is { ClearsParseErrors: true })
        {
            return null;
        }

        var command = parsed.CommandResult.Command;
        var mistypedCommand = command.Subcommands.Count > 0 && arguments is [[not '-', ..], ..] ? UnknownWord(parsed, command) : null;
        return mistypedCommand
            ?? UnknownOption(command, arguments)
            ?? WrongValue(parsed, command)
            ?? UnknownWord(parsed, command)
            ?? Missing(parsed, command)
            ?? (parsed.Errors.Count > 0 ? parsed.Errors[0].Message : null);
    }

    /// <summary>The known name that is nearest to what was typed.</summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="known">Names.</param>
    /// <returns>One within a third of its length, or null.</returns>
    internal static string? Nearest(string typed, IEnumerable<string> known)
    {
        var best = known.Select(name => (Name: name, Distance: Distance(typed, name))).OrderBy(pair => pair.Distance).FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(2, typed.Length / 3) ? best.Name : null;
    }

    /// <summary>Looks at the arguments themselves: the parser would take an unknown option for one more value of the option before it.</summary>
    private static string? UnknownOption(Command command, string[] arguments)
    {
        var known = command.Options.Where(option => !option.Hidden).SelectMany(option => option.Aliases.Prepend(option.Name)).ToHashSet();
        foreach (var argument in arguments.TakeWhile(argument => argument != "--"))
        {
            var name = argument.Split('=', ':')[0];
            if (!name.StartsWith("--", StringComparison.Ordinal) || known.Contains(name))
            {
                continue;
            }

            var where = FullName(command);
            var nearest = Nearest(name, known.Where(option => option.StartsWith("--", StringComparison.Ordinal)));
            return $"{name}: '{where}' has no such option; {(nearest is null ? "" : $"did you mean {nearest}? ")}{where} --help lists them.";
        }

        return null;
    }

    private static string? UnknownWord(ParseResult parsed, Command command)
    {
        if (parsed.UnmatchedTokens.Count == 0)
        {
            return null;
        }

        var word = parsed.UnmatchedTokens[0];
        if (command.Subcommands.Count == 0)
        {
            return $"'{word}': belongs to no option; {FullName(command)} --help lists them.";
        }

        var names = command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name).ToList();
        var nearest = Nearest(word, names);
        return $"'{word}': no such command; {(nearest is null ? "" : $"did you mean {nearest}? ")}there are {string.Join(", ", names)}.";
    }

    private static string? Missing(ParseResult parsed, Command command)
    {
        var missing = command.Options.Where(option => option.Required && (parsed.GetResult(option)?.Implicit ?? true)).ToList();
        return missing.Count == 0
            ? null
            : $"{string.Join(", ", missing.Select(option => $"{option.Name} {option.HelpName}"))}: required; {FullName(command)} --help has an example.";
    }

    private static string? WrongValue(ParseResult parsed, Command command)
    {
        foreach (var error in parsed.Errors)
        {
            if ((error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult) is not { } given || given.Implicit)
            {
                continue;
            }

            var (option, values) = (given.Option, given.Tokens);
            if (values.Count == 0 || command.Options.Any(other => other.Name == values[0].Value))
            {
                return $"{option.Name}: needs a value: {option.HelpName}.";
            }

            return error.Message.StartsWith(option.Name, StringComparison.Ordinal)
                ? error.Message
                : $"{option.Name}: was given {values.Count} values ({string.Join(", ", values.Take(4).Select(token => token.Value))}); it takes one.";
        }

        return null;
    }

    /// <summary>What is typed to run a command: "kmeans container train".</summary>
    private static string FullName(Command command) =>
        command is RootCommand ? "kmeans" : $"{(command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? FullName(parent) : "kmeans")} {command.Name}";

    /// <summary>Levenshtein's distance: the fewest letters to insert, remove or replace. O(|a| |b|).</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
