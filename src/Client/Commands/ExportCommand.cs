using System.CommandLine;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;
using KMeans.Export;
using KMeans.Input;
using KMeans.Models;
using KMeans.Output;

namespace KMeans.Client.Commands;

/// <summary>kmeans export: writes a model's centers for other programs.</summary>
internal sealed class ExportCommand
{
    private const string Example = """
          kmeans export --model model --output centers.csv
          kmeans export --model model --output model.onnx
          kmeans export --model model --output model.sklearn.json
        """;

    private readonly Interruption interruption;
    private readonly Option<string?> model = CommonOptions.Model();
    private readonly Option<string?> output = OptionKinds.Text("--output", "FILE", "The file to be; also s3://", required: true);
    private readonly Option<string?> format = OptionKinds.Number<string?>(
        "--format", string.Join('|', ExportFormats.Names), "What to write; by the output's name where it tells", false, $"one of {string.Join(", ", ExportFormats.Names)}",
        text => (ExportFormats.Names.Contains(text), text));

    private readonly Option<bool> overwrite = CommonOptions.Overwrite();

    private ExportCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new ExportCommand(interruption);
        return HelpWithExample.CreateCommand("export", "Writes a model's centers for other programs: NumPy, CSV, Parquet, JSON, ONNX, scikit-learn", Example, command.Options(), command.Run);
    }

    private IEnumerable<Option> Options() => [model, output, format, overwrite];

    private int Run(ParseResult parsed)
    {
        var path = parsed.GetRequiredValue(output)!;
        var kind = parsed.Read(format) is { } name ? ExportFormats.Parse(name) : ExportFormats.OfName(path);
        StagedFile.Check(path, parsed.Read(overwrite));
        var trained = ModelFolder.Load(parsed.GetRequiredValue(model)!);
        interruption.Token.ThrowIfCancellationRequested();
        var result = CenterExport.Write(trained, path, kind, parsed.Read(overwrite));
        var rows = result.ComparedRows > 0 ? $" and {Readable.Count(result.ComparedRows)} rows of its state" : "";
        Console.Out.WriteLine($"{Readable.Count(trained.ClusterCount)} centers of {Readable.Count(trained.FeatureCount)} features in {path}");
        if (trained.Distance == DistanceMeasure.Cosine && kind is not (ExportFormat.Onnx or ExportFormat.Sklearn))
        {
            Console.Out.WriteLine("they are directions: divide a row by its length before you compare it with them");
        }

        Console.Out.WriteLine($"read back: the model's centers{rows} get the same clusters and distances");
        return ExitCode.Done;
    }
}
