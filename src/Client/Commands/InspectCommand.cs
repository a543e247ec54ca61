using System.CommandLine;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;
using KMeans.Inspection;

namespace KMeans.Client.Commands;

/// <summary>kmeans inspect: says what is in the data before anything is trained on it.</summary>
internal sealed class InspectCommand
{
    private const string Example = """
          kmeans inspect --input data.csv
          kmeans inspect --input s3://bucket/rows/
          kmeans inspect --input 'rows/*.parquet' --sample 100000 --json
        """;

    private readonly Interruption interruption;
    private readonly InputOptions input = new();
    private readonly Option<long?> sample = OptionKinds.Whole("--sample", "Reads the first N rows only; all by default", 1, long.MaxValue);
    private readonly Option<long?> threads = CommonOptions.Threads();
    private readonly Option<bool> json = CommonOptions.Json();
    private readonly Option<bool> quiet = CommonOptions.Quiet();

    private InspectCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new InspectCommand(interruption);
        return HelpWithExample.CreateCommand("inspect", "Shows columns, rows, ranges and missing values", Example, command.Options(), command.Run);
    }

    private IEnumerable<Option> Options() => [.. input.Files, input.Columns, input.Exclude, sample, threads, json, quiet];

    private int Run(ParseResult parsed)
    {
        var files = input.OpenFiles(parsed);
        try
        {
            using var rows = InputInspector.OpenNumeric(files, input.Choice(parsed));
            var profile = Progress.Run(parsed.Read(quiet), show => InputInspector.Run(
                files, rows, parsed.Read(sample), (int?)parsed.Read(threads), rows is null ? null : Progress.CountRows("reading", rows, show), interruption.Token));
            if (parsed.Read(json))
            {
                InspectionOutput.PrintJson(profile);
            }
            else
            {
                InspectionOutput.Print(profile, files[0].Path);
            }

            return ExitCode.Done;
        }
        finally
        {
            foreach (var file in files)
            {
                file.Dispose();
            }
        }
    }
}
