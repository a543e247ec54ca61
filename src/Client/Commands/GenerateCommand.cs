using System.CommandLine;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;
using KMeans.Generation;

namespace KMeans.Client.Commands;

/// <summary>kmeans generate: makes data with known clusters.</summary>
internal sealed class GenerateCommand
{
    private const double DefaultNoise = 1.5;
    private const double MostNoise = 1e6;

    private const string Example = """
          kmeans generate --rows 1000000 --features 16 --clusters 50 --output rows.parquet
          kmeans generate --rows 2300000 --features 400 --clusters 500 --files 8 --output rows
          AWS_ENDPOINT_URL_S3=http://localhost:9000 kmeans generate --rows 1000000 --features 16 --clusters 50 --output s3://bucket/rows.parquet
        """;

    private readonly Interruption interruption;
    private readonly Option<long?> rows = OptionKinds.Whole("--rows", "Rows", 1, 1L << 40, required: true);
    private readonly Option<long?> features = OptionKinds.Whole("--features", "Columns, named c0, c1, ...", 1, 1 << 20, required: true);
    private readonly Option<long?> clusters = OptionKinds.Whole("--clusters", "Planted clusters, their centers drawn from N(0, 1) in every column", 1, required: true);
    private readonly Option<string?> output = OptionKinds.Text("--output", "PATH", "A Parquet file to be, or .npy; a folder to be with several --files; also s3://", required: true);
    private readonly Option<long?> files = OptionKinds.Whole("--files", "Parquet files to spread the rows over; 1 by default", 1, 99_999);
    private readonly Option<double?> noise = OptionKinds.Real("--noise", "The standard deviation of the rows around their center; 1.5 by default", 0, MostNoise);
    private readonly Option<long?> seed = OptionKinds.Whole("--seed", "What every number is drawn from; 1 by default", 0, long.MaxValue);
    private readonly Option<bool> overwrite = CommonOptions.Overwrite();
    private readonly Option<long?> threads = CommonOptions.Threads();
    private readonly Option<bool> quiet = CommonOptions.Quiet();

    private GenerateCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new GenerateCommand(interruption);
        return HelpWithExample.CreateCommand("generate", "Makes synthetic rows around known centers, the same for a seed on every machine", Example, command.Options(), command.Run);
    }

    private IEnumerable<Option> Options() => [rows, features, clusters, output, files, noise, seed, overwrite, threads, quiet];

    private int Run(ParseResult parsed)
    {
        var path = parsed.GetRequiredValue(output)!;
        var rowCount = parsed.GetRequiredValue(rows)!.Value;
        var fileCount = (int)(parsed.Read(files) ?? 1);
        var replaces = parsed.Read(overwrite);
        if (fileCount > rowCount)
        {
            throw new InputException($"--files {fileCount}: must be at most the number of rows, {rowCount}.");
        }

        MixtureFiles.Check(path, fileCount, replaces);
        var mixture = new GaussianMixture(
            (int)parsed.GetRequiredValue(features)!.Value, (int)parsed.GetRequiredValue(clusters)!.Value, parsed.Read(noise) ?? DefaultNoise, parsed.Read(seed) ?? 1);
        var msd = Progress.Run(parsed.Read(quiet), show => MixtureFiles.Write(
            mixture, rowCount, path, fileCount, replaces, (int?)parsed.Read(threads), Progress.CountRows("generating", rowCount, show), interruption.Token));
        Console.Out.WriteLine($"{Readable.Count(rowCount)} rows of {Readable.Count(mixture.FeatureCount)} columns in {(fileCount == 1 ? path : $"{Readable.Count(fileCount)} files in {path}")}");
        Console.Out.WriteLine($"msd to the {Readable.Count(mixture.ClusterCount)} planted centers: {Readable.Quantity(msd)}");
        return ExitCode.Done;
    }
}
