using KMeans.Models;
using KMeans.Training;

namespace KMeans.Client.Display;

/// <summary>Prints a model's clusters.</summary>
internal static class ClusterTable
{
    private const int MostRows = 20;
    private const int TraitCount = 3;

    /// <summary>Prints them: label, size, share, and where the center differs most from the mean of all rows.</summary>
    /// <param name="model">The model.</param>
    /// <param name="directory">Its folder, for those that do not fit.</param>
    /// <param name="extra">A further column: its heading and the text for a label; or null.</param>
    public static void Print(TrainedModel model, string directory, (string Heading, Func<int, string> Text)? extra = null)
    {
        var estimated = model.Cost?.Kind == CostKind.Estimate ? "~" : "";
        var headings = new List<Heading> { new("cluster", true), new("size", true), new("share", true) };
        if (extra is { } column)
        {
            headings.Add(new Heading(column.Heading));
        }

        headings.Add(new Heading("differs most in"));
        var table = new Table([.. headings]);
        foreach (var profile in ClusterProfile.Describe(model, TraitCount, MostRows))
        {
            var cells = new List<string> { $"{profile.Cluster}", estimated + Readable.Count(profile.Size), Readable.Percent(profile.Share) };
            if (extra is { } more)
            {
                cells.Add(more.Text(profile.Cluster));
            }

            cells.Add(string.Join(", ", profile.Traits.Select(trait => $"{trait.Feature} {Readable.Quantity(Rounded(trait.Value))} (mean {Readable.Quantity(Rounded(trait.Mean))})")));
            table.Add([.. cells]);
        }

        table.Print();
        if (model.ClusterCount > MostRows)
        {
            Console.Out.WriteLine($"... and {Readable.Count(model.ClusterCount - MostRows)} more: see {Path.Combine(directory, "model.json")}");
        }
    }

    /// <summary>Three digits tell a trait.</summary>
    private static double Rounded(double value) => double.Parse(value.ToString("G3", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
}
