using System.Globalization;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.Client.Display;

/// <summary>Prints a model's clusters.</summary>
internal static class ClusterTable
{
    private const int MostRows = 20;
    private const int MostTraits = 3;

    /// <summary>Prints them: label, size, share, and where the center differs most from the mean of all rows.</summary>
    /// <param name="model">The model.</param>
    /// <param name="directory">Its folder, for those that do not fit.</param>
    /// <param name="extra">A further column: its heading and the text for a label; or null.</param>
    public static void Print(TrainedModel model, string directory, (string Heading, Func<int, string> Text)? extra = null)
    {
        var profiles = ClusterProfile.Describe(model, MostTraits, MostRows);
        var table = Make(model, profiles, extra, MostTraits);

        // A terminal gets as many traits as fit into its lines; a pipe gets all.
        for (var traits = MostTraits - 1; traits > 0 && !Console.IsOutputRedirected && table.Width > Console.WindowWidth; traits--)
        {
            table = Make(model, profiles, extra, traits);
        }

        table.Print();
        if (model.ClusterCount > MostRows)
        {
            Console.Out.WriteLine($"... and {Readable.Count(model.ClusterCount - MostRows)} more: see {Path.Combine(directory, "model.json")}");
        }
    }

    private static Table Make(TrainedModel model, IReadOnlyList<ClusterProfile> profiles, (string Heading, Func<int, string> Text)? extra, int traitCount)
    {
        Heading[] first = [new("cluster", true), new("size", true), new("share", true)];
        var last = new Heading("differs most in (mean of all)");
        var table = new Table(extra is { } column ? [.. first, new Heading(column.Heading), last] : [.. first, last]);
        var estimated = model.Cost?.Kind == CostKind.Estimate ? "~" : "";
        foreach (var profile in profiles)
        {
            string[] cells = [$"{profile.Cluster}", estimated + Readable.Count(profile.Size), Readable.Percent(profile.Share)];
            var traits = string.Join(", ", profile.Traits.Take(traitCount).Select(trait => $"{trait.Feature} {Rounded(trait.Value)} ({Rounded(trait.Mean)})"));
            table.Add(extra is { } more ? [.. cells, more.Text(profile.Cluster), traits] : [.. cells, traits]);
        }

        return table;
    }

    /// <summary>Three digits tell a trait.</summary>
    private static string Rounded(double value) => Readable.Quantity(double.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
}
