using System.CommandLine;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;
using KMeans.Preparation;

namespace KMeans.Client.Commands;

/// <summary>kmeans prepare: makes features of raw rows.</summary>
internal sealed class PrepareCommand
{
    private const double DefaultShare = 0.1;

    private const string Example = """
          kmeans prepare --input events.csv --where "amount > 0 and country in ('DE', 'FR')" --one-hot kind:20 --scale standard --output rows.parquet
          kmeans prepare --input 'raw/*.csv' --exclude id --missing median --shuffle --test-output test.parquet --output rows.parquet
          kmeans prepare --preset gdelt --input 1979.csv --output 1979.parquet
          kmeans prepare --recipe 1979.parquet --input 1980.csv --output 1980.parquet
        """;

    private readonly Interruption interruption;
    private readonly InputOptions input = new();
    private readonly PreparationOptionsBinder preparation = new();
    private readonly Option<string?> output = OptionKinds.Text("--output", "FILE", "The Parquet file to be; also s3://", required: true);
    private readonly Option<string[]?> keep = OptionKinds.Names("--keep", "A,B,...", "Columns to copy beside the features as they stand, such as keys");
    private readonly Option<bool> shuffle = OptionKinds.Flag("--shuffle", "Writes the rows in random order");
    private readonly Option<string?> testOutput = OptionKinds.Text("--test-output", "FILE", "Sets rows apart into this Parquet file, drawn by what they hold: equal rows stay together; also s3://");
    private readonly Option<double?> testShare = OptionKinds.Real("--test-share", "The share of rows that is set apart; 0.1 by default", 0, 1);
    private readonly Option<long?> seed = OptionKinds.Whole("--seed", "What the order and the rows set apart are drawn from; 1 by default", long.MinValue, long.MaxValue);
    private readonly Option<bool> overwrite = CommonOptions.Overwrite();
    private readonly Option<long?> threads = CommonOptions.Threads();
    private readonly Option<bool> json = CommonOptions.Json();
    private readonly Option<bool> quiet = CommonOptions.Quiet();

    private PrepareCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new PrepareCommand(interruption);
        return HelpWithExample.CreateCommand("prepare", "Makes features of raw rows: selects, filters, encodes, fills in, scales, shuffles", Example, command.Options(), command.Run);
    }

    private IEnumerable<Option> Options() =>
        [.. input.Files, output, input.Columns, input.Exclude, keep, input.WeightColumn, .. preparation.All, shuffle, testOutput, testShare, seed, overwrite, threads, json, quiet];

    private int Run(ParseResult parsed)
    {
        var target = Output(parsed);
        Preparer.Check(target);
        var recipe = preparation.Recipe(parsed, input);
        var options = recipe is null ? preparation.Bind(parsed, input) : null;
        var files = input.OpenFiles(parsed, recipe?.Header ?? options?.Header, recipe?.Delimiter?[0] ?? options?.Delimiter);
        var result = Progress.Run(parsed.Read(quiet), show =>
        {
            PreparationProgress report = (phase, rows) => Progress.CountRows(phase, rows, show);
            var threadCount = (int?)parsed.Read(threads);
            return recipe is null
                ? Preparer.Run(files, options!, target, threadCount, report, interruption.Token)
                : Preparer.Run(files, recipe, target, threadCount, report, interruption.Token);
        });
        if (parsed.Read(json))
        {
            PreparationOutput.PrintJson(result);
        }
        else
        {
            PreparationOutput.Print(result, target);
        }

        return ExitCode.Done;
    }

    private PreparedOutput Output(ParseResult parsed)
    {
        var testPath = parsed.Read(testOutput);
        if (testPath is null && parsed.Read(testShare) is not null)
        {
            throw new InputException("--test-share: says how many rows go into --test-output, which is missing; add it.");
        }

        return new PreparedOutput
        {
            Path = parsed.GetRequiredValue(output)!,
            TestPath = testPath,
            TestShare = parsed.Read(testShare) ?? DefaultShare,
            Keep = parsed.GetResult(keep) is null ? [] : parsed.Read(keep)!,
            WeightColumn = parsed.Read(input.WeightColumn),
            Shuffle = parsed.Read(shuffle),
            Seed = parsed.Read(seed) ?? 1,
            Overwrite = parsed.Read(overwrite),
        };
    }
}
