using System.CommandLine;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;
using KMeans.Input;
using KMeans.Models;
using KMeans.Output;
using KMeans.Prediction;

namespace KMeans.Client.Commands;

/// <summary>kmeans predict: writes the cluster of every row.</summary>
internal sealed class PredictCommand
{
    private const string Example = """
          kmeans predict --model model --input new.csv --output clusters.csv --keep id,name
          kmeans predict --model s3://bucket/model --input s3://bucket/new/ --output s3://bucket/clusters.parquet
        """;

    private readonly Interruption interruption;
    private readonly InputOptions input = new();
    private readonly Option<string?> model = CommonOptions.Model();
    private readonly Option<string?> output = OptionKinds.Text("--output", "FILE", "The file to be: .csv, .parquet or .npy by its name; also s3://", required: true);
    private readonly Option<string[]?> keep = OptionKinds.Names("--keep", "A,B,...", "Columns to copy from the input, such as keys");
    private readonly Option<MissingPolicy?> missing = CommonOptions.Missing("A row that lacks a value is an error, keeps its line with empty results (skip, the default), or gets the column's mean");
    private readonly Option<bool> outliers = OptionKinds.Flag("--outliers", "Adds a column: 1 for a row that is farther from its center than 99 % of the cluster's training rows, else 0");
    private readonly Option<bool> overwrite = CommonOptions.Overwrite();
    private readonly Option<long?> threads = CommonOptions.Threads();
    private readonly Option<bool> quiet = CommonOptions.Quiet();

    private PredictCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new PredictCommand(interruption);
        return HelpWithExample.CreateCommand("predict", "Writes the closest cluster of every row and the distance to it", Example, command.Options(), command.Run);
    }

    private IEnumerable<Option> Options() => [model, .. input.Files, output, keep, input.Exclude, missing, outliers, overwrite, threads, quiet];

    private int Run(ParseResult parsed)
    {
        var path = parsed.GetRequiredValue(output)!;
        var names = parsed.GetResult(keep) is null ? [] : parsed.Read(keep)!;
        var replaces = parsed.Read(overwrite);
        PredictionFiles.Check(path, names.Length > 0);
        StagedFile.Check(path, replaces);
        var trained = ModelFolder.Load(parsed.GetRequiredValue(model)!, withState: false);
        using var rows = input.OpenFor(parsed, trained);
        var kept = KeptColumns.Find(rows, names);
        using var file = new StagedFile(path, replaces);
        var count = Progress.Run(parsed.Read(quiet), show =>
        {
            using var writer = PredictionFiles.Create(path, file.Stream, kept.Columns, parsed.Read(outliers));
            var done = Predictor.Run(
                trained, rows, kept, parsed.Read(missing) ?? MissingPolicy.Skip, writer, (int?)parsed.Read(threads), Progress.CountRows("predicting", rows, show), parsed.Read(outliers), interruption.Token);
            writer.Finish();
            return done;
        });
        interruption.Publish(file.Commit);
        var found = parsed.Read(outliers) ? $", {Readable.Count(count.Outliers)} outliers" : "";
        Console.Out.WriteLine($"{Readable.Count(count.Rows)} rows in {path}{found}");
        if (count.MissingRows > 0)
        {
            Messages.Note($"{Readable.Count(count.MissingRows)} rows lack a value{(trained.Recipe is null ? "" : " or are left out by the model's recipe")} and have empty results.");
        }

        return ExitCode.Done;
    }
}
