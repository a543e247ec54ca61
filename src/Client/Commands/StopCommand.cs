using System.CommandLine;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;

namespace KMeans.Client.Commands;

/// <summary>kmeans stop: stops a job of a service or a cluster.</summary>
internal sealed class StopCommand
{
    private const string Example = """
          kmeans stop --url http://127.0.0.1:8080 --job nightly
          kmeans stop --cluster localhost --job nightly
        """;

    private readonly Interruption interruption;
    private readonly ClusterOptions cluster = new();
    private readonly Option<string?> job = ClusterOptions.Job();

    private StopCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new StopCommand(interruption);
        return HelpWithExample.CreateCommand("stop", "Stops a job of a service or a cluster", Example, [.. command.cluster.All, command.job], command.Run);
    }

    private int Run(ParseResult parsed)
    {
        JobOutput.Print(cluster.Run(parsed, jobs => jobs.StopAsync(parsed.Read(job)!, interruption.Token), interruption.Token));
        return ExitCode.Done;
    }
}
