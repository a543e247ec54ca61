using System.CommandLine;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;

namespace KMeans.Client.Commands;

/// <summary>kmeans watch: follows a job of a service or a cluster to its end.</summary>
internal sealed class WatchCommand
{
    private const string Example = """
          kmeans watch --url http://127.0.0.1:8080 --job nightly
          kmeans watch --cluster localhost --job nightly
        """;

    private readonly Interruption interruption;
    private readonly ClusterOptions cluster = new();
    private readonly Option<string?> job = ClusterOptions.Job();
    private readonly Option<bool> quiet = CommonOptions.Quiet();

    private WatchCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new WatchCommand(interruption);
        return HelpWithExample.CreateCommand("watch", "Follows a job of a service or a cluster to its end", Example, [.. command.cluster.All, command.job, command.quiet], command.Run);
    }

    private int Run(ParseResult parsed)
    {
        JobOutput.PrintEnd(cluster.Run(parsed, jobs => Task.FromResult(JobOutput.Follow(jobs, parsed.Read(job)!, parsed.Read(quiet), interruption.Token)), interruption.Token));
        return ExitCode.Done;
    }
}
