using System.CommandLine;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;

namespace KMeans.Client.Commands;

/// <summary>kmeans list: lists the jobs of a service or a cluster.</summary>
internal sealed class ListCommand
{
    private const string Example = """
          kmeans list --url http://127.0.0.1:8080
          kmeans list --cluster localhost
        """;

    private readonly Interruption interruption;
    private readonly ClusterOptions cluster = new();

    private ListCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new ListCommand(interruption);
        return HelpWithExample.CreateCommand("list", "Lists the jobs of a service or a cluster", Example, command.cluster.All, command.Run);
    }

    private int Run(ParseResult parsed)
    {
        var jobs = cluster.Run(parsed, service => service.ListAsync(interruption.Token), interruption.Token);
        var table = new Table(new("job"), new("state"), new("submitted"), new("ended"));
        foreach (var job in jobs)
        {
            table.Add(job.Id, JobOutput.Describe(job), JobOutput.Time(job.Submitted), job.Ended is { } ended ? JobOutput.Time(ended) : "");
        }

        table.Print();

        return ExitCode.Done;
    }
}
