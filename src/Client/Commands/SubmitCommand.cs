using System.CommandLine;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;
using KMeans.Jobs;

namespace KMeans.Client.Commands;

/// <summary>kmeans submit: has a service or a cluster train a model.</summary>
internal sealed class SubmitCommand
{
    private const string Example = """
          kmeans submit --url http://127.0.0.1:8080 --input /data/rows --k 100 --watch
          kmeans submit --cluster localhost --input /data/rows --k 100 --watch
          kmeans submit --cluster "Host=db;Database=kmeans" --input '/data/rows/*.parquet' --k 1000 --job nightly
        """;

    private readonly Interruption interruption;
    private readonly ClusterOptions cluster = new();
    private readonly InputOptions input = new();
    private readonly TrainingOptionsBinder training = new();
    private readonly Option<string?> job = OptionKinds.Text("--job", "NAME", "What the job is called; a name that nobody has by default. Submitting the same job again changes nothing");
    private readonly Option<bool> watch = OptionKinds.Flag("--watch", "Follows the job to its end");
    private readonly Option<bool> quiet = CommonOptions.Quiet();

    private SubmitCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new SubmitCommand(interruption);
        return HelpWithExample.CreateCommand("submit", "Has a service or a cluster train a model", Example, [.. command.cluster.All, .. command.input.Files, command.training.ClusterCount, command.job, command.watch, command.input.Columns, command.input.Exclude, command.input.WeightColumn, command.input.Distance, command.quiet, .. command.training.Others], command.Run);
    }

    private int Run(ParseResult parsed)
    {
        var request = new JobRequest { Paths = input.Paths(parsed), Format = input.Format(parsed), Choice = input.Choice(parsed), Options = training.Bind(parsed) };
        var id = JobName.Require(parsed.Read(job) ?? JobName.New());

        // What is wrong with the request is known before a cluster is looked for.
        JobRequestCodec.Write(request);
        var end = cluster.Run(parsed, async jobs =>
        {
            var submitted = await jobs.SubmitAsync(id, request, interruption.Token).ConfigureAwait(false);
            Console.Out.WriteLine($"job {submitted.Id} submitted");
            return parsed.Read(watch) ? JobOutput.Follow(jobs, id, parsed.Read(quiet), interruption.Token) : null;
        }, interruption.Token);
        if (end is not null)
        {
            JobOutput.PrintEnd(end);
        }

        return ExitCode.Done;
    }
}
