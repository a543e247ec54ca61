using System.CommandLine;
using KMeans.Coordination;
using KMeans.Http.Remote;
using KMeans.Http.Workers;
using KMeans.Models;
using KMeans.Preparation;

namespace KMeans.Client.CommandLine;

/// <summary>The options that say which workers train and how they are reached.</summary>
internal sealed class RemoteOptions
{
    private readonly Option<string[]?> workers = OptionKinds.Names("--workers", "URL,...", "Trains on these worker processes (kmeans worker), which read --input themselves. Never changes the result");
    private readonly Option<string?> token = OptionKinds.Text("--token-file", "FILE", "The workers' token");
    private readonly Option<string?> authority = OptionKinds.Text("--tls-ca", "FILE", "The authorities (PEM) that the workers' certificates are checked with; the system's by default");
    private readonly Option<DataDistribution> distribution = OptionKinds.Choice(
        "--distribution", "Whether each worker sees all files or has files of its own", ("fully-replicated", DataDistribution.FullyReplicated), ("sharded-by-key", DataDistribution.ShardedByKey));

    /// <summary>All of them, in the order of the help.</summary>
    public IEnumerable<Option> All => [workers, token, authority, distribution];

    /// <summary>Finds out which workers are there.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="input">What they are to read.</param>
    /// <param name="model">The model whose columns are to be read, or null: those that the user chooses.</param>
    /// <param name="recipe">What raw files are seen through, or null.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The training to be run; null where no workers were named.</returns>
    /// <exception cref="InputException">None is reachable, or an option is wrong.</exception>
    public RemoteTraining? Connect(ParseResult parsed, InputOptions input, TrainedModel? model, Recipe? recipe, CancellationToken cancellation)
    {
        if (parsed.GetResult(workers) is null)
        {
            foreach (var option in new Option[] { token, authority, distribution })
            {
                if (parsed.GetResult(option) is { Implicit: false })
                {
                    throw new InputException($"{option.Name}: is about workers; name them with --workers, or leave it out.");
                }
            }

            return null;
        }

        var options = new WorkerClientOptions { Token = TokenFile.Read(parsed.Read(token)), AuthorityPath = parsed.Read(authority) };
        var choice = model is null ? input.Choice(parsed) : input.ChoiceFor(parsed, model);
        if (model is { ColumnsAreNamed: true })
        {
            choice = choice with { Columns = [.. model.Columns.Select(column => column.Name)] };
        }

        return RemoteTraining.Connect(
            parsed.Read(workers) ?? [], options, input.Paths(parsed), input.Format(parsed, recipe?.Header, recipe?.Delimiter?[0]), choice, parsed.Read(distribution), Messages.Note, cancellation, recipe: recipe);
    }
}
