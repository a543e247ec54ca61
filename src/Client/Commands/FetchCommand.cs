using System.CommandLine;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;
using KMeans.Models;

namespace KMeans.Client.Commands;

/// <summary>kmeans fetch: fetches the model of a finished job.</summary>
internal sealed class FetchCommand
{
    private const string Example = """
          kmeans fetch --url http://127.0.0.1:8080 --job nightly --output model
          kmeans fetch --cluster localhost --job nightly --output model
        """;

    private readonly Interruption interruption;
    private readonly ClusterOptions cluster = new();
    private readonly Option<string?> job = ClusterOptions.Job();
    private readonly Option<string?> output = OptionKinds.Text("--output", "DIR", "The model's folder to be", required: true);
    private readonly Option<bool> overwrite = CommonOptions.Overwrite();

    private FetchCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new FetchCommand(interruption);
        return HelpWithExample.CreateCommand("fetch", "Fetches the model of a finished job", Example, [.. command.cluster.All, command.job, command.output, command.overwrite], command.Run);
    }

    private int Run(ParseResult parsed)
    {
        var directory = parsed.GetRequiredValue(output)!;
        ModelFolder.CheckTarget(directory, parsed.Read(overwrite));
        cluster.Run(parsed, async jobs =>
        {
            await jobs.FetchAsync(parsed.Read(job)!, directory, parsed.Read(overwrite), interruption.Token).ConfigureAwait(false);
            return true;
        }, interruption.Token);
        ClusterTable.Print(ModelFolder.Load(directory), directory);
        Console.Out.WriteLine($"model in {directory}");

        return ExitCode.Done;
    }
}
