namespace KMeans.Models;

/// <summary>What makes a cluster differ from the rest, for people.</summary>
/// <param name="Cluster">Its label.</param>
/// <param name="Size">The weight of its rows.</param>
/// <param name="Share">Its size over the size of all.</param>
/// <param name="Traits">The features in which its center differs most from the mean of all rows, the most different first.</param>
public sealed record ClusterProfile(int Cluster, double Size, double Share, IReadOnlyList<ClusterTrait> Traits)
{
    /// <summary>Describes the clusters of a model. O(k d log d).</summary>
    /// <param name="model">The model.</param>
    /// <param name="traitCount">How many traits a cluster, at most.</param>
    /// <param name="clusterCount">How many clusters, at most: the first, which are the largest.</param>
    /// <returns>The clusters in the order of their labels.</returns>
    /// <remarks>Differences are compared in the model's space, where distances are: with scaling a column of small numbers counts as much as one of large.</remarks>
    public static IReadOnlyList<ClusterProfile> Describe(TrainedModel model, int traitCount, int clusterCount)
    {
        var d = model.FeatureCount;
        var total = model.ClusterWeights.Sum();
        var mean = Mean(model, total);
        var profiles = new List<ClusterProfile>();
        for (var j = 0; j < Math.Min(clusterCount, model.ClusterCount); j++)
        {
            var cluster = j;
            var most = Enumerable.Range(0, d).OrderByDescending(f => Math.Abs(model.Centers[(cluster * d) + f] - mean[f])).ThenBy(f => f).Take(traitCount);
            var traits = most.Where(f => model.Centers[(cluster * d) + f] != mean[f])
                .Select(f => new ClusterTrait(model.FeatureNames[f], model.Inverse.Invert(model.CentersInColumnUnits[(cluster * d) + f], f), model.Inverse.Invert(model.Transform.Invert(mean[f], f), f)));
            profiles.Add(new ClusterProfile(j, model.ClusterWeights[j], total > 0 ? model.ClusterWeights[j] / total : 0, traits.ToArray()));
        }

        return profiles;
    }

    private static double[] Mean(TrainedModel model, double total)
    {
        var mean = new double[model.FeatureCount];
        for (var i = 0; i < model.Centers.Length; i++)
        {
            mean[i % mean.Length] += model.ClusterWeights[i / mean.Length] * model.Centers[i];
        }

        for (var f = 0; f < mean.Length; f++)
        {
            mean[f] /= total > 0 ? total : 1;
        }

        return mean;
    }
}

/// <summary>One feature of a cluster's center beside the mean of all rows, in the units of the raw column where a recipe made it. Of logarithms both are geometric means.</summary>
/// <param name="Feature">Its name.</param>
/// <param name="Value">The center's value.</param>
/// <param name="Mean">The mean of all rows.</param>
public readonly record struct ClusterTrait(string Feature, double Value, double Mean);
