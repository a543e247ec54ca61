using KMeans.Input;
using KMeans.Kernels;
using KMeans.Models;

namespace KMeans.Export;

/// <summary>Compares what an exported file says with the model that it was written from.</summary>
/// <remarks>
/// Numbers: a center goes to the columns' units and back, which rounds twice; each coordinate may differ by what that can do, and by nothing more. Answers: the centers themselves and rows of the state,
/// taken back to the columns' units, are assigned by the file and by the model. A row is rounded to float32 on the way, so its distance may differ by a few parts in ten million of its length, and its
/// label only where both centers are that near to it. Where the distance is the cosine the rows are made longer first: rows of the state have length 1, on which a missing division would not show.
/// </remarks>
internal static class ExportCheck
{
    /// <summary>At most so many rows of the state are assigned.</summary>
    private const int MostRows = 1000;

    /// <summary>What compared rows are multiplied by where their length must not matter.</summary>
    private const double Stretch = 3;

    /// <summary>A few units in the last place of a double: the subtraction, the division, the addition and the product of the way there and back.</summary>
    private const double RoundTrip = 8 * 1.1102230246251565e-16;

    /// <summary>Both sides round a coordinate to float32, possibly to neighbours.</summary>
    private const double SampleRounding = 1.0 / (1 << 22);

    /// <summary>Insists that they agree.</summary>
    /// <param name="model">The model, with its state where it has one.</param>
    /// <param name="exported">What the file says.</param>
    /// <returns>How many rows of the state were compared, beside the centers.</returns>
    /// <exception cref="InvalidDataException">They do not: says where.</exception>
    public static int Require(TrainedModel model, ExportedModel exported)
    {
        var d = model.FeatureCount;
        if (exported.FeatureCount != d || exported.Centers.Length != model.Centers.Length)
        {
            throw new InvalidDataException($"{exported.Centers.Length} values of {exported.FeatureCount} features instead of {model.Centers.Length} of {d}");
        }

        for (var f = 0; f < d; f++)
        {
            var factor = model.Transform.Factors[f];
            if (exported.Transform.Shifts[f] != model.Transform.Shifts[f] || !(Math.Abs(exported.Transform.Factors[f] - factor) <= RoundTrip * factor))
            {
                throw new InvalidDataException($"the transform of feature '{model.FeatureNames[f]}' is another one");
            }
        }

        for (var i = 0; i < model.Centers.Length; i++)
        {
            if (!(Math.Abs(exported.Centers[i] - model.Centers[i]) <= Slack(model, i)))
            {
                throw new InvalidDataException($"center {i / d} has {exported.Centers[i]:R} instead of {model.Centers[i]:R} in feature '{model.FeatureNames[i % d]}'");
            }
        }

        Compare(model, exported, model.CentersInColumnUnits, "center");
        return Compare(model, exported, Rows(model), "row of the state");
    }

    /// <summary>How far a coordinate may be off after its way to the columns' units and back.</summary>
    private static double Slack(TrainedModel model, int i)
    {
        var f = i % model.FeatureCount;
        return RoundTrip * (Math.Abs(model.Centers[i]) + (Math.Abs(model.Transform.Shifts[f]) * model.Transform.Factors[f]));
    }

    private static int Compare(TrainedModel model, ExportedModel exported, double[] rows, string what)
    {
        var d = model.FeatureCount;
        if (model.Distance == DistanceMeasure.Cosine)
        {
            rows = Stretched(rows, d);
        }

        var centerSlack = CenterSlack(model);
        var (labels, distances) = exported.Assign(rows);
        var own = new ExportedModel(model.Distance, model.Transform, model.Centers);
        var (expectedLabels, expectedDistances) = own.Assign(rows);
        var samples = own.Samples(rows);
        for (var i = 0; i < labels.Length; i++)
        {
            var sample = samples.AsSpan(i * d, d);
            var slack = (SampleRounding * Norm(sample)) + centerSlack;
            var rival = Math.Sqrt(SquaredDistance.Between(sample, model.Centers.AsSpan(labels[i] * d, d)));
            if (!(Math.Abs(distances[i] - expectedDistances[i]) <= slack) || (labels[i] != expectedLabels[i] && !(rival - expectedDistances[i] <= 2 * slack)))
            {
                throw new InvalidDataException($"{what} {i} is in cluster {labels[i]} at {distances[i]:R} instead of cluster {expectedLabels[i]} at {expectedDistances[i]:R}");
            }
        }

        return labels.Length;
    }

    /// <summary>The same rows, longer. One of zeros is left out: it has no direction and no nearest center, and a center is one where its rows cancel out.</summary>
    private static double[] Stretched(double[] rows, int d)
    {
        var stretched = new double[rows.Length];
        var length = 0;
        for (var start = 0; start < rows.Length; start += d)
        {
            var row = rows.AsSpan(start, d);
            if (row.ContainsAnyExcept(0.0))
            {
                foreach (var value in row)
                {
                    stretched[length++] = value * Stretch;
                }
            }
        }

        Array.Resize(ref stretched, length);
        return stretched;
    }

    /// <summary>How far a center may be off as a whole.</summary>
    private static double CenterSlack(TrainedModel model)
    {
        var most = 0.0;
        for (var j = 0; j < model.ClusterCount; j++)
        {
            var sum = 0.0;
            for (var i = j * model.FeatureCount; i < (j + 1) * model.FeatureCount; i++)
            {
                sum += Slack(model, i) * Slack(model, i);
            }

            most = Math.Max(most, Math.Sqrt(sum));
        }

        return most;
    }

    private static double Norm(ReadOnlySpan<float> sample)
    {
        var sum = 0.0;
        foreach (var value in sample)
        {
            sum += (double)value * value;
        }

        return Math.Sqrt(sum);
    }

    /// <summary>Rows of the state, evenly spread over it, in the columns' own units: those kept uniformly, and where they are few those kept by sensitivity.</summary>
    private static double[] Rows(TrainedModel model)
    {
        var d = model.FeatureCount;
        if (model.State is not { } state)
        {
            return [];
        }

        var kept = (state.CostSample.Count >= state.Sample.Count ? state.CostSample : state.Sample).Rows;
        var count = kept.Length / d;
        var taken = Math.Min(count, MostRows);
        var rows = new double[taken * d];
        for (var i = 0; i < taken; i++)
        {
            var row = (int)((long)i * count / taken);
            for (var f = 0; f < d; f++)
            {
                rows[(i * d) + f] = model.Transform.Invert(kept[(row * d) + f], f);
            }
        }

        return rows;
    }
}
