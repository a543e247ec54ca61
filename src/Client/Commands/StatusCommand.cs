using System.CommandLine;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;

namespace KMeans.Client.Commands;

/// <summary>kmeans status: tells of a job of a service or a cluster.</summary>
internal sealed class StatusCommand
{
    private const string Example = """
          kmeans status --url http://127.0.0.1:8080 --job nightly
          kmeans status --cluster localhost --job nightly
        """;

    private readonly Interruption interruption;
    private readonly ClusterOptions cluster = new();
    private readonly Option<string?> job = ClusterOptions.Job();

    private StatusCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new StatusCommand(interruption);
        return HelpWithExample.CreateCommand("status", "Tells of a job of a service or a cluster", Example, [.. command.cluster.All, command.job], command.Run);
    }

    private int Run(ParseResult parsed)
    {
        JobOutput.Print(cluster.Run(parsed, jobs => jobs.StatusAsync(parsed.Read(job)!, interruption.Token), interruption.Token));
        return ExitCode.Done;
    }
}
