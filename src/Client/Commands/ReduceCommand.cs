using System.CommandLine;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;
using KMeans.Curves;
using KMeans.Models;

namespace KMeans.Client.Commands;

/// <summary>kmeans reduce: the model of another k, from a model's state.</summary>
internal sealed class ReduceCommand
{
    private const string Example = """
          kmeans reduce --model model --k 20 --output model-20
        """;

    private readonly Interruption interruption;
    private readonly Option<string?> model = CommonOptions.Model();
    private readonly Option<long?> clusterCount = OptionKinds.Whole("--k", "Clusters: fewer than the model has, or more as far as its state supports", 1, required: true);
    private readonly Option<string?> output = OptionKinds.Text("--output", "DIR", "The new model's folder to be; also s3://", required: true);
    private readonly Option<bool> overwrite = CommonOptions.Overwrite();
    private readonly Option<long?> threads = CommonOptions.Threads();
    private readonly Option<bool> quiet = CommonOptions.Quiet();

    private ReduceCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new ReduceCommand(interruption);
        return HelpWithExample.CreateCommand(
            "reduce", "Makes a model of another number of clusters without reading the rows again", Example,
            [command.model, command.clusterCount, command.output, command.overwrite, command.threads, command.quiet], command.Run);
    }

    private int Run(ParseResult parsed)
    {
        var directory = parsed.GetRequiredValue(output)!;
        var k = (int)parsed.GetRequiredValue(clusterCount)!.Value;
        ModelFolder.CheckTarget(directory, parsed.Read(overwrite));
        var trained = ModelFolder.Load(parsed.GetRequiredValue(model)!);
        var curve = Progress.Run(
            parsed.Read(quiet), show => Curve.Of(trained, new CurveRange(k, k), (int?)parsed.Read(threads), TrainingRun.Listener(show), interruption.Token));
        var origin = $"{Readable.Count(trained.ClusterCount)} clusters to {Readable.Count(k)} in {Readable.Duration(curve.Seconds)}, for {Readable.Count(trained.Rows)} rows";
        DerivedModel.Publish(interruption, directory, curve.ModelOf(k), parsed.Read(overwrite), origin);
        return ExitCode.Done;
    }
}
