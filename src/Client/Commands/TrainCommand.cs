using System.CommandLine;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;
using KMeans.CoreSets;
using KMeans.Models;
using KMeans.Output;
using KMeans.Preparation;
using KMeans.Storage;
using KMeans.Training;

namespace KMeans.Client.Commands;

/// <summary>kmeans train: trains a model in this process.</summary>
internal sealed class TrainCommand
{
    private const string Example = """
          kmeans train --input data.csv --k 10 --output model
          kmeans train --input 'rows/*.parquet' --k 1000 --output model --checkpoint state --max-runtime 8h
          kmeans train --input 's3://bucket/rows/*.parquet' --k 1000 --output s3://bucket/model --report s3://bucket/report.json
          kmeans train --input rows --workers http://10.0.0.5:7070,http://10.0.0.6:7070 --token-file token --k 100 --output model
          kmeans train --update model --input today.parquet --output model --overwrite
          kmeans train --input 'rows/*.parquet' --exclude id --scale standard --k 100 --output model --report report.json
        """;

    private readonly Interruption interruption;
    private readonly InputOptions input = new();
    private readonly TrainingOptionsBinder training = new(OptionKinds.Whole("--k", "Clusters; required, but with --update, which keeps the model's", 1));
    private readonly Option<string?> update = OptionKinds.Text("--update", "DIR", "Adds the rows to this model instead of training anew; takes time for the new rows only");
    private readonly RemoteOptions remote = new();
    private readonly Option<string?> output = OptionKinds.Text("--output", "DIR", "The model's folder to be; also s3://", required: true);
    private readonly Option<string?> recipe = OptionKinds.Text("--recipe", "PATH", "Takes raw rows through the steps of a prepared file or of another model");
    private readonly Option<bool> overwrite = CommonOptions.Overwrite();
    private readonly Option<string[]> test = OptionKinds.Paths("--test", "Files to compute the model's cost on after training", required: false);
    private readonly Option<string?> report = OptionKinds.Text("--report", "FILE", "Writes what was done as JSON; also s3://");
    private readonly Option<string?> ledger = OptionKinds.Text("--ledger", "FILE", "Writes what is known of each partition (rows, content hash, instance, attempts), one JSON object a line");
    private readonly Option<bool> quiet = CommonOptions.Quiet();

    private TrainCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new TrainCommand(interruption);
        return HelpWithExample.CreateCommand("train", "Trains a model in one pass over the data", Example, command.Options(), command.Run);
    }

    private IEnumerable<Option> Options() =>
    [
        .. input.Files, training.ClusterCount, output, update, input.Columns, input.Exclude, input.WeightColumn, input.Distance, recipe, overwrite, test, report, ledger, quiet, .. training.Others,
        .. remote.All,
    ];

    private int Run(ParseResult parsed)
    {
        PassWarmUp.Begin();
        var updated = Updated(parsed);

        // Nobody would read the comparison where there is neither a report nor anything on the terminal; an update has no time for it.
        var options = training.Bind(parsed, updated is null ? null : UpdateOptions.Of(updated)) with
        {
            MeasuresQuality = updated is null && (!parsed.Read(quiet) || parsed.Read(report) is not null),
        };
        var directory = parsed.GetRequiredValue(output)!;
        var replaces = parsed.Read(overwrite);
        var reportPath = parsed.Read(report);
        ModelFolder.CheckTarget(directory, replaces);
        if (reportPath is not null && !IsInside(reportPath, directory))
        {
            StagedFile.Check(reportPath, replaces);
        }

        var ledgerPath = parsed.Read(ledger);
        if (ledgerPath is not null)
        {
            StagedFile.Check(ledgerPath, replaces);
        }

        if (options.Checkpoint is { } checkpoint)
        {
            if (Overlap(checkpoint, directory))
            {
                throw new InputException($"--checkpoint {checkpoint}: the folder is one with that of --output, which must be the model's alone; name another.");
            }

            interruption.Kept = $"repeat the command to go on from the checkpoint in {checkpoint}";
        }

        var steps = parsed.Read(recipe) is { } source ? RecipeText.Load(source) : null;
        if (steps is not null && updated is not null)
        {
            throw new InputException("--recipe: an update takes raw rows through the model's own steps; leave it out.");
        }

        using var workers = remote.Connect(parsed, input, updated, steps ?? updated?.Recipe, interruption.Token);
        if (workers is not null && BackendOptions.IsDevice(options.Backend))
        {
            throw new InputException("--backend gpu: with --workers it is they who compute; give it to 'kmeans worker' on the machines that have one.");
        }

        using var local = workers is not null ? null : updated is null ? input.Open(parsed, steps) : input.OpenFor(parsed, updated);
        var rows = workers?.Input ?? local!;
        using var testRows = parsed.Read(test) is { Length: > 0 } paths ? input.OpenLike(parsed, paths, rows) : null;
        var (result, score) = Progress.Run(parsed.Read(quiet), show =>
        {
            var trained = TrainingRun.Train(rows, workers, options, show, interruption.Token);
            return (trained, testRows is null ? null : TrainingRun.Score(trained.Model, testRows, options.Missing, options.Threads, "testing", show, interruption.Token));
        });
        interruption.Publish(() =>
        {
            var isInside = reportPath is not null && IsInside(reportPath, directory);

            // Before the model, so that where the report cannot be written there is none of both.
            using var beside = reportPath is null || isInside ? null : ReportFile.Prepare(reportPath, result.Report, score, replaces);
            using var ledgerFile = ledgerPath is null ? null : LedgerFile.Prepare(ledgerPath, result.Ledger, replaces);
            ModelFolder.Save(directory, result, replaces);
            beside?.Commit();
            ledgerFile?.Commit();
            if (isInside)
            {
                using var inside = ReportFile.Prepare(reportPath!, result.Report, score, overwrite: true);
                inside.Commit();
            }

            result.RemoveCheckpoint();
        });
        Print(result, score, directory, reportPath);
        return ExitCode.Done;
    }

    /// <summary>The model that is to be updated, or null.</summary>
    private TrainedModel? Updated(ParseResult parsed)
    {
        if (parsed.Read(update) is not { } path)
        {
            return null;
        }

        if (parsed.GetResult(input.Columns) is not null)
        {
            throw new InputException("--columns: an update takes the model's columns; leave it out.");
        }

        return ModelFolder.Load(path);
    }

    private static void Print(TrainingResult result, Score? score, string directory, string? reportPath)
    {
        ClusterTable.Print(result.Model, directory);
        Console.Out.WriteLine();
        Console.Out.WriteLine(TrainingRun.Describe(result.Report));
        Console.Out.WriteLine(TrainingRun.DescribeCost(result.Model.Cost!));
        if (TrainingRun.DescribeQuality(result.Report) is { } comparison)
        {
            Console.Out.WriteLine(comparison);
        }

        if (score is not null)
        {
            Console.Out.WriteLine($"test msd {Readable.Quantity(score.Msd)} over {Readable.Count(score.Rows)} rows");
        }

        Console.Out.WriteLine($"fingerprint {result.Report.Fingerprint}");
        Console.Out.WriteLine(TrainingRun.DescribeLedger(result.Report));
        Console.Out.WriteLine($"model in {directory}{(reportPath is null ? "" : $", report in {reportPath}")}");
        foreach (var note in result.Report.Notes)
        {
            Messages.Note(note);
        }
    }

    private static bool Overlap(string one, string other) => IsInside($"{one}/_", other) || IsInside($"{other}/_", one);

    /// <summary>A report may be put into the folder that the training makes.</summary>
    private static bool IsInside(string path, string directory) => ObjectPath.Is(path) || ObjectPath.Is(directory)
        ? path.StartsWith(ObjectPath.Combine(directory, ""), StringComparison.Ordinal)
        : Path.GetFullPath(path).StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
