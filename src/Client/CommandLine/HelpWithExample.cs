using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace KMeans.Client.CommandLine;

/// <summary>Prints a command's help and an example of it.</summary>
internal sealed class HelpWithExample : SynchronousCommandLineAction
{
    private const int WidestLine = 140;
    private const int PipeWidth = 100;
    private readonly string example;

    /// <summary>Creates the action.</summary>
    /// <param name="example">One or more command lines, indented by two.</param>
    public HelpWithExample(string example) => this.example = example;

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>Makes a command that has help with an example.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="example">One or more command lines.</param>
    /// <param name="options">Its options, in the order of the help.</param>
    /// <param name="run">Runs it and gives the exit code.</param>
    /// <returns>The command.</returns>
    public static Command CreateCommand(string name, string description, string example, IEnumerable<Option> options, Func<ParseResult, int> run)
    {
        var command = new Command(name, description);
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        command.Options.Add(new HelpOption("--help", "-h", "-?") { Action = new HelpWithExample(example), Description = "Shows this help" });
        command.SetAction(run);
        return command;
    }

    /// <summary>Makes a command that only holds others. Alone it shows its help.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What those in it do.</param>
    /// <param name="example">One or more command lines, indented by two.</param>
    /// <param name="commands">The commands in it, in the order of the help.</param>
    /// <returns>The command.</returns>
    public static Command CreateGroup(string name, string description, string example, params IReadOnlyList<Command> commands)
    {
        var group = CreateCommand(name, description, example, [], new HelpWithExample(example).Invoke);
        foreach (var command in commands)
        {
            group.Subcommands.Add(command);
        }

        return group;
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var help = new HelpAction { MaxWidth = Console.IsOutputRedirected ? PipeWidth : Math.Min(WidestLine, Console.WindowWidth) };
        help.Invoke(parseResult);
        Console.Out.WriteLine("Example:");
        Console.Out.WriteLine(example);
        return ExitCode.Done;
    }
}
