using KMeans.Coordination;
using KMeans.Kernels;
using KMeans.Training;

namespace KMeans.CoreSets;

/// <summary>Divides running centers whose rows a search has put into several clusters, so that a state, and the passes that begin with it, know what the search found.</summary>
/// <remarks>
/// The exact weight, mean and squared error of a running center are kept in sum: its kept rows, calibrated to it (<see cref="CoreSetPoints"/>), say how they are shared out. Running centers
/// that a cluster has whole stay as they are, and so do those of which clusters only cut slices off: how large a slice is and what its rows cost is known from few kept rows, by which the
/// statistics would seem a little smaller than they are, and a pass that begins with the whole loses nothing.
/// </remarks>
/// <param name="summary">Of all rows; its samples are sealed and get their new labels.</param>
/// <param name="points">Its kept rows as points, in their order.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="threads">Threads.</param>
internal sealed class StateDivision(PartitionSummary summary, RowBlock points, IAssignmentKernel kernel, ComputeThreads threads)
{
    /// <summary>A running center some of whose weight no kept row stands for is left whole.</summary>
    private const double Complete = 1e-6;

    /// <summary>A part is divided off if that explains so much of the running center's squared error: of two equal clusters whose rows are as far from their centers as the centers from each other it is a fifth.</summary>
    private const double Worthwhile = 0.1;

    /// <summary>Divides.</summary>
    /// <param name="centers">Row-major (k, d): what the search found.</param>
    /// <param name="rule">By which the rows were kept.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The summary with more running centers, and the rule with their terms. O(m k d).</returns>
    public (PartitionSummary Summary, RetentionRule Rule) Run(double[] centers, RetentionRule rule, CancellationToken cancellation)
    {
        var cells = summary.Centers;
        var labels = Labels(points.Samples.AsMemory(0, summary.Sample.Count * cells.FeatureCount), centers, cancellation);
        var parts = Parts(labels, out var index);
        for (var j = 0; j < cells.Count; j++)
        {
            index[j] = Divisible(parts, index[j], cells.SquaredErrors[j]);
        }

        var (divided, terms) = (new RunningCenters(cells.Count, cells.FeatureCount), new List<double>());
        var places = new Dictionary<(int Cell, int Label), int>();
        var firsts = new int[cells.Count];
        for (var j = 0; j < cells.Count; j++)
        {
            var own = index[j];
            var term = rule.ClusterTerms[Math.Min(j, rule.ClusterTerms.Length - 1)];
            var weight = own.Sum(part => parts.Weights[part.Index]);
            firsts[j] = divided.Count;
            if (own.Count < 2 || Math.Abs(weight - cells.Weights[j]) > Complete * cells.Weights[j])
            {
                divided.Add(new CenterId(-1, divided.Count), cells.Weights[j], cells.Mean(j), cells.SquaredErrors[j]);
                terms.Add(term);
                continue;
            }

            var between = own.Sum(part => parts.Weights[part.Index] * SquaredDistance.BetweenCenters(parts.Mean(part.Index), cells.Mean(j)));
            var within = own.Sum(part => parts.SquaredErrors[part.Index]);
            var scale = within > 0 ? Math.Max(0, cells.SquaredErrors[j] - between) / within : 0;
            foreach (var (label, part) in own)
            {
                var share = parts.Weights[part] / weight;
                places[(j, label)] = divided.Add(new CenterId(-1, divided.Count), share * cells.Weights[j], parts.Mean(part), scale * parts.SquaredErrors[part]);
                terms.Add(term / share);
            }
        }

        summary.Sample.SetLabels(i => Place(summary.Sample.Label(i), labels[i]));
        var ofCosts = Labels(summary.CostSample.Rows().ToArray(), centers, cancellation);
        summary.CostSample.SetLabels(i => Place(summary.CostSample.Label(i), ofCosts[i]));
        return (summary.With(divided), rule with { ClusterTerms = [.. terms, rule.ClusterTerms[^1]] });

        int Place(int cell, int label) => places.GetValueOrDefault((cell, label), firsts[cell]);
    }

    /// <summary>The parts worth dividing off, the largest first; what is not worth it goes to that one.</summary>
    private static List<(int Label, int Index)> Divisible(RunningCenters parts, List<(int Label, int Index)> own, double squaredError)
    {
        var kept = new List<(int Label, int Index)>();
        foreach (var part in own.OrderByDescending(part => parts.Weights[part.Index]))
        {
            var weight = parts.Weights[part.Index];
            if (kept.Count == 0)
            {
                kept.Add(part);
                continue;
            }

            var largest = kept[0].Index;
            var gain = CenterClosing.WardCost(weight, parts.Weights[largest], SquaredDistance.BetweenCenters(parts.Mean(part.Index), parts.Mean(largest)));
            if (gain > Worthwhile * squaredError)
            {
                kept.Add(part);
            }
            else
            {
                parts.Absorb(largest, weight, parts.Mean(part.Index), parts.SquaredErrors[part.Index]);
            }
        }

        return kept;
    }

    /// <summary>The statistics of the points of each running center in each cluster.</summary>
    private RunningCenters Parts(int[] labels, out List<(int Label, int Index)>[] index)
    {
        var d = summary.Centers.FeatureCount;
        var parts = new RunningCenters(summary.Centers.Count, d);
        var lists = Enumerable.Range(0, summary.Centers.Count).Select(_ => new List<(int Label, int Index)>()).ToArray();
        var row = new double[d];
        for (var i = 0; i < labels.Length; i++)
        {
            var own = lists[summary.Sample.Label(i)];
            var at = own.FindIndex(part => part.Label == labels[i]);
            for (var f = 0; f < d; f++)
            {
                row[f] = points.Samples[(i * d) + f];
            }

            if (at < 0)
            {
                at = own.Count;
                own.Add((labels[i], parts.Add(new CenterId(-1, parts.Count), 0, row, 0)));
            }

            parts.Absorb(own[at].Index, points.SampleWeights![i], row, 0);
        }

        index = lists;
        return parts;
    }

    private int[] Labels(ReadOnlyMemory<float> rows, double[] centers, CancellationToken cancellation) =>
        PointAssignment.Run(rows, centers, summary.Centers.FeatureCount, kernel, threads, cancellation).Labels;
}
