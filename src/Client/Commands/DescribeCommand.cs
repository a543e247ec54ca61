using System.CommandLine;
using System.Text;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;
using KMeans.Description;
using KMeans.Description.Report;
using KMeans.Input;
using KMeans.Models;
using KMeans.Output;

namespace KMeans.Client.Commands;

/// <summary>kmeans describe: tells what the clusters of a model are like.</summary>
internal sealed class DescribeCommand
{
    private const int DefaultDifferences = 5;
    private const int MostDifferences = 100;

    private const string Example = """
          kmeans describe --model model
          kmeans describe --model model --input data.csv --report clusters.html
          kmeans describe --model kmeans-demo --input samples/digits.parquet --json
        """;

    private readonly Interruption interruption;
    private readonly InputOptions input = new(required: false);
    private readonly Option<string?> model = CommonOptions.Model();
    private readonly Option<long?> differences = OptionKinds.Whole("--differences", $"The most features that set a cluster apart; {DefaultDifferences} by default", 1, MostDifferences);
    private readonly Option<string?> report = OptionKinds.Text("--report", "FILE", "Writes a page with charts, a map of the rows and a card for each cluster: one HTML file; also s3://");
    private readonly Option<MissingPolicy?> missing = CommonOptions.Missing("What to do with a row that lacks a value; as the model was trained by default");
    private readonly Option<bool> overwrite = CommonOptions.Overwrite();
    private readonly Option<long?> threads = CommonOptions.Threads();
    private readonly Option<bool> json = CommonOptions.Json();
    private readonly Option<bool> quiet = CommonOptions.Quiet();

    private DescribeCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new DescribeCommand(interruption);
        return HelpWithExample.CreateCommand(
            "describe", "Tells what a model's clusters are like, by the rows of an input or by those that the model keeps", Example, command.Options(), command.Run);
    }

    private IEnumerable<Option> Options() => [model, .. input.Files, input.Exclude, input.WeightColumn, differences, report, missing, overwrite, threads, json, quiet];

    private int Run(ParseResult parsed)
    {
        var (path, page) = (parsed.GetRequiredValue(model)!, parsed.Read(report));
        if (page is not null)
        {
            StagedFile.Check(page, parsed.Read(overwrite));
        }

        var trained = ModelFolder.Load(path, withState: !input.IsGiven(parsed));
        var curve = page is null ? null : ReportCurve.Find(path);
        var isQuiet = parsed.Read(quiet);
        var description = Progress.Run(isQuiet, show => Describe(parsed, trained, show));
        if (page is not null)
        {
            using var file = new StagedFile(page, parsed.Read(overwrite));
            Progress.Run(isQuiet, show =>
            {
                var map = RowMap.Draw(description, (int?)parsed.Read(threads), done => show(new Activity("drawing", 0, 0, done, double.NaN)), interruption.Token);
                ReportPage.Write(file.Stream, description, map, curve);
                return true;
            });
            interruption.Publish(file.Commit);
        }

        Print(parsed, description, page);
        return ExitCode.Done;
    }

    private ModelDescription Describe(ParseResult parsed, TrainedModel trained, Action<Activity> show)
    {
        var most = (int)(parsed.Read(differences) ?? DefaultDifferences);
        var workers = (int?)parsed.Read(threads);
        if (!input.IsGiven(parsed))
        {
            return Describer.Describe(trained, most, workers, interruption.Token);
        }

        using var rows = input.OpenFor(parsed, trained);
        var policy = parsed.Read(missing) ?? CommonOptions.MissingOf(trained);
        return Describer.Describe(trained, rows, policy, most, workers, Progress.CountRows("describing", rows, show), interruption.Token);
    }

    private void Print(ParseResult parsed, ModelDescription description, string? page)
    {
        if (parsed.Read(json))
        {
            using var text = new MemoryStream();
            DescriptionDocument.Write(text, description, indented: false);
            Console.Out.WriteLine(Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length));
            return;
        }

        DescriptionOutput.Print(description);
        if (page is not null)
        {
            Console.Out.WriteLine();
            Console.Out.WriteLine($"report in {page}");
        }
    }
}
