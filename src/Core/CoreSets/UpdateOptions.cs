using System.Globalization;
using KMeans.Input;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.CoreSets;

/// <summary>The options of an update: what the model was trained with, where the user says nothing else.</summary>
public static class UpdateOptions
{
    /// <summary>The options with which a model is updated by default.</summary>
    /// <param name="model">The model, with its state.</param>
    /// <returns>Its k, seed, scaling, policy about missing values, half-life and summary rows; <see cref="TrainingOptions.Update"/> is the model.</returns>
    /// <exception cref="InputException">It has no state.</exception>
    public static TrainingOptions Of(TrainedModel model)
    {
        RequireState(model);
        var parameters = model.Parameters;
        return new TrainingOptions
        {
            ClusterCount = model.ClusterCount,
            Update = model,
            Seed = model.Seed,
            MeasuresQuality = false,
            Scaling = Enum.TryParse<ColumnScaling>(parameters.GetValueOrDefault("scale"), ignoreCase: true, out var scaling) ? scaling : ColumnScaling.None,
            Missing = Enum.TryParse<MissingPolicy>(parameters.GetValueOrDefault("missing"), ignoreCase: true, out var missing) ? missing : MissingPolicy.Error,
            HalfLifeTimeSize = long.TryParse(parameters.GetValueOrDefault("half_life_time_size"), CultureInfo.InvariantCulture, out var halfLife) ? Math.Max(0, halfLife) : 0,
            SummaryRows = parameters.TryGetValue("summary_rows", out var summary) ? SummaryRows.Parse(summary) : SummaryRows.Auto,
        };
    }

    /// <summary>Refuses an update that cannot be made.</summary>
    /// <param name="options">With <see cref="TrainingOptions.Update"/>.</param>
    /// <param name="input">The new rows.</param>
    /// <exception cref="InputException">One line that names the option or the columns.</exception>
    internal static void Check(TrainingOptions options, InputSet input)
    {
        var model = options.Update!;
        RequireState(model);
        if (options.ClusterCount != model.ClusterCount)
        {
            throw new InputException($"--k {options.ClusterCount}: the model to be updated has {model.ClusterCount} clusters; leave --k out, and make a model of other k with kmeans reduce.");
        }

        var trained = Of(model);
        if (options.Scaling != trained.Scaling)
        {
            throw new InputException($"--scale {Word(options.Scaling)}: the model to be updated has --scale {Word(trained.Scaling)}, in which its state is; leave --scale out, or train again.");
        }

        if (input.Distance != model.Distance)
        {
            throw new InputException($"--distance {Word(input.Distance)}: the model to be updated has --distance {Word(model.Distance)}, of which its state is; leave --distance out, or train again.");
        }

        if (!input.Columns.SequenceEqual(model.Columns))
        {
            throw new InputException($"{input.Files[0].Path}: has the columns {Names(input.Columns)} where the model to be updated has {Names(model.Columns)}; give rows with the model's columns.");
        }

        Refuse("epochs", options.Epochs > 1, "reads the new rows once");
        Refuse("init-method", options.InitMethod is not null, "begins with the model's centers");
        Refuse("extra-center-factor", options.ExtraCenterFactor is not null, "begins with the model's centers");
        Refuse("exact-score", options.ExactScore, "does not read the earlier rows again");
    }

    private static void RequireState(TrainedModel model)
    {
        if (model.State is null)
        {
            throw new InputException("--update: the model has no state (its folder has no state/, or another program wrote it), so nothing can be added to it; train again.");
        }
    }

    private static void Refuse(string option, bool isGiven, string why)
    {
        if (isGiven)
        {
            throw new InputException($"--{option}: an update {why}; leave it out.");
        }
    }

    /// <summary>A choice as the command line has it.</summary>
    /// <param name="choice">A scaling or a distance.</param>
    /// <returns>"cosine".</returns>
    internal static string Word(Enum choice) => choice.ToString().ToLowerInvariant();

    /// <summary>The first columns, for a message.</summary>
    /// <param name="columns">All.</param>
    /// <returns>"a, b, v[3]".</returns>
    internal static string Names(IReadOnlyList<FeatureColumn> columns) =>
        string.Join(", ", columns.Take(6).Select(column => column.Width == 1 ? column.Name : $"{column.Name}[{column.Width}]")) + (columns.Count > 6 ? $", ... ({columns.Count})" : "");
}
