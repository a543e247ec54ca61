using System.CommandLine;
using System.Globalization;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;
using KMeans.Input;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.Client.Commands;

/// <summary>kmeans score: computes the true cost of a model on data.</summary>
internal sealed class ScoreCommand
{
    private const string Example = """
          kmeans score --model model --input data.csv --json
        """;

    private readonly Interruption interruption;
    private readonly InputOptions input = new();
    private readonly Option<string?> model = CommonOptions.Model();
    private readonly Option<MissingPolicy?> missing = CommonOptions.Missing("What to do with a row that lacks a value; as the model was trained by default");
    private readonly Option<long?> threads = CommonOptions.Threads();
    private readonly Option<bool> json = CommonOptions.Json();
    private readonly Option<bool> quiet = CommonOptions.Quiet();

    private ScoreCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new ScoreCommand(interruption);
        return HelpWithExample.CreateCommand("score", "Computes the true cost of a model on data", Example, command.Options(), command.Run);
    }

    private IEnumerable<Option> Options() => [model, .. input.Files, input.Exclude, input.WeightColumn, missing, threads, json, quiet];

    private int Run(ParseResult parsed)
    {
        var trained = ModelFolder.Load(parsed.GetRequiredValue(model)!, withState: false);
        using var rows = input.OpenFor(parsed, trained);
        var policy = parsed.Read(missing) ?? CommonOptions.MissingOf(trained);
        var score = Progress.Run(
            parsed.Read(quiet), show => TrainingRun.Score(trained, rows, policy, (int?)parsed.Read(threads), "scoring", show, interruption.Token));
        Console.Out.WriteLine(parsed.Read(json) ? Json(score) : Sentence(score));
        return ExitCode.Done;
    }

    /// <summary>Exactly three keys: programs read this line.</summary>
    private static string Json(Score score) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"rows":{{score.Rows}},"ssd":{{score.Ssd:R}},"msd":{{score.Msd:R}}}""");

    private static string Sentence(Score score)
    {
        var skipped = score.SkippedRows > 0 ? $" ({Readable.Count(score.SkippedRows)} left out)" : "";
        return $"msd {Readable.Quantity(score.Msd)}, ssd {Readable.Quantity(score.Ssd)} over {Readable.Count(score.Rows)} rows{skipped}";
    }
}
