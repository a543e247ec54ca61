using System.CommandLine;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;
using KMeans.CoreSets;
using KMeans.Models;

namespace KMeans.Client.Commands;

/// <summary>kmeans merge: one model of several that were trained on different rows.</summary>
internal sealed class MergeCommand
{
    private const string Example = """
          kmeans merge monday tuesday wednesday --output week
        """;

    private readonly Interruption interruption;
    private readonly Argument<string[]> models = new("MODEL")
    {
        Description = "The folders of two or more models with states, of the same columns, scaling and distance; their order does not matter",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> output = OptionKinds.Text("--output", "DIR", "The merged model's folder to be; also s3://", required: true);
    private readonly Option<long?> clusterCount = OptionKinds.Whole("--k", "Clusters; those of the models by default", 1);
    private readonly Option<bool> overwrite = CommonOptions.Overwrite();
    private readonly Option<long?> threads = CommonOptions.Threads();
    private readonly Option<bool> quiet = CommonOptions.Quiet();

    private MergeCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var merge = new MergeCommand(interruption);
        var command = HelpWithExample.CreateCommand(
            "merge", "Makes one model of several that were trained on different rows, without reading the rows again", Example,
            [merge.output, merge.clusterCount, merge.overwrite, merge.threads, merge.quiet], merge.Run);
        command.Arguments.Add(merge.models);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var names = parsed.GetValue(models) ?? [];
        if (names.Length < 2)
        {
            throw new InputException("MODEL...: name two or more model folders; kmeans merge --help has an example.");
        }

        var directory = parsed.GetRequiredValue(output)!;
        ModelFolder.CheckTarget(directory, parsed.Read(overwrite));
        (string, TrainedModel)[] loaded = [.. names.Select(name => (name, ModelFolder.Load(name)))];
        var merged = Progress.Run(
            parsed.Read(quiet),
            show => ModelMerge.Run(loaded, (int?)parsed.Read(clusterCount), (int?)parsed.Read(threads), TrainingRun.Listener(show), interruption.Token));
        DerivedModel.Publish(interruption, directory, merged, parsed.Read(overwrite), $"{loaded.Length} models of {Readable.Count(merged.Rows)} rows together");
        return ExitCode.Done;
    }
}
