using KMeans.Coordination;
using KMeans.Input;
using KMeans.Kernels;
using KMeans.Models;

namespace KMeans.Description;

/// <summary>Describes the clusters of a model.</summary>
public static class Describer
{
    /// <summary>Describes them by every row of an input, read once. O(n k d + k^2 d).</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">The rows, with the model's columns: see <see cref="InputSet.Match"/>.</param>
    /// <param name="missing">What to do about missing values.</param>
    /// <param name="differences">How many features that set a cluster apart, at most.</param>
    /// <param name="threads">Threads, or null for one a core. Never changes the result.</param>
    /// <param name="advanced">Told the rows of each batch from any thread, or null.</param>
    /// <param name="cancellation">Stops within a batch.</param>
    /// <returns>The description.</returns>
    /// <exception cref="InputException">A file is damaged, or a value is missing and the policy is <see cref="MissingPolicy.Error"/>.</exception>
    public static ModelDescription Describe(
        TrainedModel model, InputSet input, MissingPolicy missing, int differences, int? threads = null, Action<int>? advanced = null, CancellationToken cancellation = default)
    {
        using var pool = new ComputeThreads(threads ?? Environment.ProcessorCount);
        return Make(model, DescriptionPass.OverInput(model, input, missing, pool, advanced, cancellation), differences, pool, cancellation);
    }

    /// <summary>Describes them by the rows that the model's state keeps. O(r k d + k^2 d).</summary>
    /// <param name="model">The model, with its state.</param>
    /// <param name="differences">How many features that set a cluster apart, at most.</param>
    /// <param name="threads">Threads, or null for one a core. Never changes the result.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The description.</returns>
    /// <exception cref="InputException">The model has no state.</exception>
    public static ModelDescription Describe(TrainedModel model, int differences, int? threads = null, CancellationToken cancellation = default)
    {
        if (model.State is null)
        {
            throw new InputException("the model has no state folder, which keeps rows of its training data; give --input.");
        }

        using var pool = new ComputeThreads(threads ?? Environment.ProcessorCount);
        return Make(model, DescriptionPass.OverState(model, pool, cancellation), differences, pool, cancellation);
    }

    private static ModelDescription Make(TrainedModel model, DescriptionPass pass, int differences, ComputeThreads pool, CancellationToken cancellation)
    {
        var part = pass.Result;
        var isOfInput = pass.Locate is not null;
        var sizes = isOfInput || model.ClusterWeights.Length == 0 ? [.. part.Radii.Select(radius => radius.Weight)] : model.ClusterWeights;
        var total = sizes.Sum();
        var neighbours = Neighbours(model, pool, cancellation);
        var clusters = Enumerable.Range(0, model.ClusterCount).Select(j => new ClusterDescription
        {
            Cluster = j,
            Size = sizes[j],
            Share = total > 0 ? sizes[j] / total : 0,
            Rows = part.Radii[j].Count,
            Radius = Radius(part.Radii[j]),
            NearestCluster = neighbours[j].Cluster >= 0 ? neighbours[j].Cluster : null,
            NearestDistance = neighbours[j].Cluster >= 0 ? neighbours[j].Distance : null,
            Differences = Differences(model, part, j, differences),
            NearestRows = [.. part.Nearest[j].Rows.Select(row => Near(model, pass, row))],
        });
        return new ModelDescription
        {
            Model = model,
            IsOfInput = isOfInput,
            Rows = part.Rows,
            SkippedRows = part.SkippedRows,
            Msd = part.Msd,
            Clusters = [.. clusters],
            Sample = part.Sample,
        };
    }

    private static ClusterRadius? Radius(RadiusHistogram radii) =>
        radii.Count > 0 ? new ClusterRadius(radii.Sum / radii.Weight, radii.Percentile(0.5), radii.Percentile(0.9), radii.Percentile(0.99), radii.Most) : null;

    /// <summary>The features whose center differs most from the mean, in standard deviations. A feature that is the same in all rows tells nothing.</summary>
    private static FeatureDifference[] Differences(TrainedModel model, DescriptionPart part, int cluster, int most)
    {
        var d = model.FeatureCount;
        return [.. Enumerable.Range(0, d)
            .Where(f => part.Deviation(f) > 0)
            .Select(f => (Feature: f, Standardised: (model.Centers[(cluster * d) + f] - part.Mean(f)) / part.Deviation(f)))
            .OrderByDescending(each => Math.Abs(each.Standardised)).ThenBy(each => each.Feature)
            .Take(most)
            .Select(each => new FeatureDifference(
                each.Feature,
                model.FeatureNames[each.Feature],
                model.Inverse.Invert(model.CentersInColumnUnits[(cluster * d) + each.Feature], each.Feature),
                model.Inverse.Invert(model.Transform.Invert(part.Mean(each.Feature), each.Feature), each.Feature),
                model.Inverse.InvertDeviation(part.Deviation(each.Feature) / model.Transform.Factors[each.Feature], each.Feature),
                each.Standardised))];
    }

    private static NearRow Near(TrainedModel model, DescriptionPass pass, CandidateRow row) =>
        new(pass.Locate?.Invoke(row), Math.Sqrt(row.SquaredDistance), [.. row.Values.Select((value, f) => model.Inverse.Invert(model.Transform.Invert(value, f), f))]);

    /// <summary>Each center's nearest other one; the lowest label on ties.</summary>
    private static (int Cluster, double Distance)[] Neighbours(TrainedModel model, ComputeThreads pool, CancellationToken cancellation)
    {
        var (k, d) = (model.ClusterCount, model.FeatureCount);
        var nearest = new (int Cluster, double Distance)[k];
        pool.Run(k, (_, j) =>
        {
            var (cluster, least) = (-1, double.PositiveInfinity);
            for (var other = 0; other < k; other++)
            {
                var squared = other == j ? double.PositiveInfinity : SquaredDistance.BetweenCenters(model.Centers.AsSpan(j * d, d), model.Centers.AsSpan(other * d, d));
                if (squared < least)
                {
                    (cluster, least) = (other, squared);
                }
            }

            nearest[j] = (cluster, Math.Sqrt(least));
        }, cancellation);
        return nearest;
    }
}
