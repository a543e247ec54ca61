using System.Globalization;
using KMeans.Curves;
using KMeans.Models;
using KMeans.Preparation;
using KMeans.Training;

namespace KMeans.CoreSets;

/// <summary>Makes one model of several that were trained on different rows, from their states alone.</summary>
public static class ModelMerge
{
    /// <summary>Merges models.</summary>
    /// <param name="models">Two or more, each with the name that messages use.</param>
    /// <param name="clusterCount">k, or null: that of all of them.</param>
    /// <param name="threads">Threads, or null for one a core. Never changes the result.</param>
    /// <param name="progress">Told of progress from any thread, or null.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>A model of all their rows: the same for any order of the models.</returns>
    /// <exception cref="InputException">One line: a model has no state, another distance, other columns or another scaling, or comes twice.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static TrainedModel Run(
        IReadOnlyList<(string Name, TrainedModel Model)> models, int? clusterCount = null, int? threads = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(models.Count, 2);
        for (var i = 0; i < models.Count; i++)
        {
            Check(models, i);
        }

        var k = clusterCount ?? (models.All(each => each.Model.ClusterCount == models[0].Model.ClusterCount)
            ? models[0].Model.ClusterCount
            : throw new InputException($"{models[0].Name}: has {models[0].Model.ClusterCount} clusters and another has more or fewer; say how many the merged model shall have with --k."));

        // By content: whatever order they are named in.
        TrainedModel[] ordered = [.. models.Select(each => each.Model).OrderBy(Identity, StringComparer.Ordinal)];
        var first = ordered[0];
        var merged = first.Derive(first.Centers, first.ClusterWeights, first.Cost, ordered.Sum(model => model.Rows), StateMerge.Run(ordered, k), null);
        return Curve.Of(merged, new CurveRange(k, k), [.. ordered.Select(model => StateMerge.MovedCenters(model, first.Transform))], threads, progress, cancellation).ModelOf(k);
    }

    private static string? Steps(TrainedModel model) => model.Recipe is { } recipe ? RecipeText.Write(recipe) : null;

    private static string Identity(TrainedModel model) => string.Create(
        CultureInfo.InvariantCulture, $"{model.Fingerprint}|{model.State!.RowsSeen:D19}|{model.State.NextKey:D19}|{model.State.TotalWeight:R}|{model.State.CenterSquaredErrors.Sum():R}");

    private static void Check(IReadOnlyList<(string Name, TrainedModel Model)> models, int index)
    {
        var ((firstName, first), (name, model)) = (models[0], models[index]);
        if (model.State is null)
        {
            throw new InputException($"{name}: has no state (no state/ in its folder, or another program wrote it), so that it cannot be merged; train it again.");
        }

        if (model.Distance != first.Distance)
        {
            throw new InputException($"{name}: has --distance {UpdateOptions.Word(model.Distance)} where {firstName} has {UpdateOptions.Word(first.Distance)}; only states of the same distance can be merged.");
        }

        if (Steps(model) != Steps(first))
        {
            throw new InputException($"{name}: was trained on rows that were prepared otherwise than those of {firstName}; prepare both by one recipe and train again.");
        }

        if (!model.Columns.SequenceEqual(first.Columns) || model.ColumnsAreNamed != first.ColumnsAreNamed)
        {
            throw new InputException($"{name}: has other columns than {firstName} ({UpdateOptions.Names(model.Columns)} against {UpdateOptions.Names(first.Columns)}); only states of the same columns can be merged.");
        }

        if (!model.Transform.Factors.AsSpan().SequenceEqual(first.Transform.Factors))
        {
            throw new InputException($"{name}: is scaled by other factors than {firstName}, so that their distances differ; train it with --update {firstName}, which keeps its scaling, or both with --scale none.");
        }

        if (models.Take(index).FirstOrDefault(other => Identity(other.Model) == Identity(model)) is { Name: not null } twice)
        {
            throw new InputException($"{name}: is the same model as {twice.Name}, whose rows would count twice; name each once.");
        }
    }
}
