using System.CommandLine;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;
using KMeans.Curves;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.Client.Commands;

/// <summary>kmeans curve: the cost of every k of a range, from one pass or from a model's state.</summary>
internal sealed class CurveCommand
{
    private const string Example = """
          kmeans curve --input data.csv --k 2..50 --output curve
          kmeans curve --model model --k 2..50 --output curve --choose 12
          kmeans predict --model curve --input data.csv --output labels.csv
        """;

    private readonly Interruption interruption;
    private readonly InputOptions input = new(required: false);
    private readonly Option<string?> model = OptionKinds.Text("--model", "DIR", "A trained model, whose state answers instead of --input");
    private readonly Option<CurveRange?> range = OptionKinds.Number<CurveRange?>(
        "--k", "FROM..TO", "The numbers of clusters", true, $"a range of at most {Curve.MostSteps:#,0} numbers such as 2..50, its first 1 or more", text => (CurveRange.TryParse(text, out var value), value));
    private readonly TrainingOptionsBinder training = new(clusterCount: null);
    private readonly Option<string?> output = OptionKinds.Text("--output", "DIR", "The folder to be: costs, drawing and the model of the chosen k; also s3://", required: true);
    private readonly Option<long?> choose = OptionKinds.Whole("--choose", "The k of the model that is saved; the elbow by default", 1);
    private readonly Option<bool> allModels = OptionKinds.Flag("--all-models", "Saves the model of every k too, in DIR/k/2, DIR/k/3, ...");
    private readonly Option<bool> overwrite = CommonOptions.Overwrite();
    private readonly Option<bool> quiet = CommonOptions.Quiet();

    private CurveCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new CurveCommand(interruption);
        return HelpWithExample.CreateCommand("curve", "Computes the cost of every number of clusters in one pass, and which stands out", Example, command.Options(), command.Run);
    }

    private IEnumerable<Option> Options() =>
    [
        .. input.Files, model, range, output, choose, allModels, input.Columns, input.Exclude, input.WeightColumn, input.Distance, overwrite, quiet, .. training.Pass,
    ];

    private int Run(ParseResult parsed)
    {
        var directory = parsed.GetRequiredValue(output)!;
        var replaces = parsed.Read(overwrite);
        var steps = parsed.GetRequiredValue(range)!.Value;
        var chosen = (int?)parsed.Read(choose);
        if (chosen is { } k && (k < steps.First || k > steps.Last))
        {
            throw new InputException($"--choose {k}: must be one of --k {steps}.");
        }

        var path = parsed.Read(model);
        if (path is null == (input.Paths(parsed).Count == 0))
        {
            throw new InputException("--input PATH... or --model DIR: give one of them; kmeans curve --help has an example.");
        }

        ModelFolder.CheckTarget(directory, replaces);
        var curve = path is null ? OfRows(parsed, steps) : OfModel(parsed, path, steps);
        var best = Math.Min(chosen ?? curve.Choice?.K ?? steps.First, curve.Points[^1].K);
        interruption.Publish(() => CurveFolder.Save(directory, curve, best, parsed.Read(allModels), replaces));
        CurveOutput.Print(curve);
        Console.Out.WriteLine();
        if (curve.Report is { } report)
        {
            Console.Out.WriteLine($"{TrainingRun.Describe(report)}, {Readable.Duration(curve.Seconds)} more for {curve.Points.Count} k");
        }

        Console.Out.WriteLine($"model of k = {best}, {CurveFolder.JsonName}, {CurveFolder.CsvName} and {CurveFolder.SvgName} in {directory}");
        if (curve.Points[^1].K < steps.Last)
        {
            Messages.Note($"there are only {curve.Points[^1].K} different rows, so that the curve ends there.");
        }

        return ExitCode.Done;
    }

    private CurveResult OfRows(ParseResult parsed, CurveRange steps)
    {
        var options = training.Bind(parsed, new TrainingOptions { ClusterCount = steps.Last });
        using var rows = input.Open(parsed);
        return Progress.Run(parsed.Read(quiet), show => Curve.Train(rows, steps, options, TrainingRun.Listener(show), interruption.Token));
    }

    private CurveResult OfModel(ParseResult parsed, string path, CurveRange steps)
    {
        foreach (var option in training.Pass.Where(option => option != training.Threads).Concat([input.Columns, input.Exclude, input.WeightColumn, input.Distance]))
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw new InputException($"{option.Name}: is about reading rows; leave it out with --model.");
            }
        }

        var trained = ModelFolder.Load(path);
        return Progress.Run(parsed.Read(quiet), show => Curve.Of(trained, steps, (int?)parsed.Read(training.Threads), TrainingRun.Listener(show), interruption.Token));
    }
}
