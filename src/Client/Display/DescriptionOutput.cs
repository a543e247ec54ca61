using System.Globalization;
using KMeans.Description;

namespace KMeans.Client.Display;

/// <summary>Prints a description as text.</summary>
internal static class DescriptionOutput
{
    private const int MostClusters = 50;
    private const int TableDifferences = 3;

    /// <summary>Prints it: a table of the clusters, then what sets each apart, and its nearest rows.</summary>
    /// <param name="description">The description.</param>
    public static void Print(ModelDescription description)
    {
        var model = description.Model;
        var source = description.IsOfInput ? "the input" : $"the state, drawn uniformly from {Readable.Count(model.Rows)}";
        var skipped = description.SkippedRows > 0 ? $", {Readable.Count(description.SkippedRows)} left out" : "";
        Console.Out.WriteLine($"{Readable.Count(model.ClusterCount)} clusters of {Readable.Count(model.FeatureCount)} features; {Readable.Count(description.Rows)} rows of {source}{skipped}; msd {Readable.Quantity(description.Msd)}");
        Console.Out.WriteLine($"distances are {description.DistanceNote}: to the center within which 50, 90 and 99 % of the rows lie, and to the nearest other center");
        Console.Out.WriteLine($"values are {description.ValueNote}");
        Console.Out.WriteLine();
        var table = new Table(
            new("cluster", true), new("size", true), new("share", true), new("50 %", true), new("90 %", true), new("99 %", true), new("nearest", true), new("at", true), new("above or below the mean, in deviations"));
        var shown = description.Clusters.Take(MostClusters).ToList();
        foreach (var cluster in shown)
        {
            var radius = cluster.Radius;
            table.Add(
                $"{cluster.Cluster}", Readable.Count(cluster.Size), Readable.Percent(cluster.Share), Number(radius?.P50), Number(radius?.P90), Number(radius?.P99),
                cluster.NearestCluster is { } nearest ? $"{nearest}" : "-", Number(cluster.NearestDistance),
                string.Join(", ", cluster.Differences.Take(TableDifferences).Select(difference => $"{difference.Name} {Signed(difference.Standardised)}")));
        }

        table.Print();
        foreach (var cluster in shown)
        {
            Console.Out.WriteLine();
            Console.Out.WriteLine($"cluster {cluster.Cluster}");
            foreach (var difference in cluster.Differences)
            {
                var from = difference.IsLogarithm ? "of the logarithm from the geometric mean" : $"of {Number(difference.Deviation)} from the mean";
                Console.Out.WriteLine($"  {difference.Name} {Number(difference.Value)}, {Signed(difference.Standardised)} deviations {from} {Number(difference.Mean)}");
            }

            foreach (var row in cluster.NearestRows)
            {
                var values = cluster.Differences.Take(TableDifferences).Select(difference => $"{difference.Name} {Number(row.Values[difference.Feature])}");
                Console.Out.WriteLine($"  near: {row.Place ?? "a row of the state"} at {Number(row.Distance)} ({string.Join(", ", values)})");
            }
        }

        if (description.Clusters.Count > MostClusters)
        {
            Console.Out.WriteLine();
            Console.Out.WriteLine($"... and {Readable.Count(description.Clusters.Count - MostClusters)} more clusters: use --json or --report");
        }
    }

    private static string Number(double? value) => value is { } number ? number.ToString("G4", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal) : "-";

    private static string Signed(double value) => value.ToString("+0.00;-0.00", CultureInfo.InvariantCulture);
}
