using System.Text;
using static KMeans.Description.Report.ReportText;

namespace KMeans.Description.Report;

/// <summary>The page's sections, as HTML.</summary>
internal static class ReportSections
{
    /// <summary>What a reader should know first.</summary>
    /// <param name="description">The description.</param>
    /// <returns>HTML.</returns>
    public static string Summary(ModelDescription description)
    {
        var model = description.Model;
        var tiles = new (string Name, string Value, string Note)[]
        {
            ("Clusters", Count(model.ClusterCount), $"of {Count(model.FeatureCount)} features"),
            ("Rows", Count(description.IsOfInput ? description.Rows : model.Rows), description.IsOfInput ? description.SkippedRows > 0 ? $"of the input; {Count(description.SkippedRows)} left out" : "of the input" : $"trained on; {Count(description.Rows)} of them looked at"),
            ("Mean squared distance", Number(description.Msd), description.IsOfInput ? "of these rows" : "of the rows looked at"),
            ("Largest cluster", Percent(description.Clusters.Max(cluster => cluster.Share)), $"cluster {description.Clusters.MaxBy(cluster => cluster.Size)!.Cluster}"),
        };
        return string.Concat(tiles.Select(tile => $"<div class=\"tile\"><dt>{tile.Name}</dt><dd>{tile.Value}</dd><dd class=\"note\">{tile.Note}</dd></div>"));
    }

    /// <summary>A sentence on where the numbers come from.</summary>
    /// <param name="description">The description.</param>
    /// <returns>HTML.</returns>
    public static string Source(ModelDescription description)
    {
        var rows = description.IsOfInput
            ? "Sizes, distances and means are those of all rows of the input."
            : "Sizes are the model's; distances and means are those of rows that its state keeps, drawn uniformly from its training data.";
        return $"{rows} Distances are {description.DistanceNote}. Percentiles are within 0.05 %. Model {description.Model.Fingerprint[..16]}.";
    }

    /// <summary>A sentence on the cards' values.</summary>
    /// <param name="description">The description.</param>
    /// <returns>HTML.</returns>
    public static string Values(ModelDescription description)
    {
        var geometric = description.Clusters.Any(cluster => cluster.Differences.Any(difference => difference.IsLogarithm))
            ? " Where a feature is marked log, the center and the mean of all rows are geometric means, and deviations are those of the logarithm."
            : "";
        return $"Values are {description.ValueNote}.{geometric}";
    }

    /// <summary>The buttons that pick a cluster out.</summary>
    /// <param name="description">The description.</param>
    /// <returns>HTML.</returns>
    public static string Legend(ModelDescription description) =>
        string.Concat(description.Clusters.Select(cluster => $"<button type=\"button\" class=\"key c{cluster.Cluster}\" data-cluster=\"{cluster.Cluster}\" aria-pressed=\"false\"><i></i>{cluster.Cluster}</button>"));

    /// <summary>The curve's section.</summary>
    /// <param name="curve">The curve, or null.</param>
    /// <param name="modelK">The model's k.</param>
    /// <returns>HTML; nothing without a curve.</returns>
    public static string Curve(ReportCurve? curve, int modelK)
    {
        if (curve is null)
        {
            return "";
        }

        var words = (curve.ChosenK, curve.Sureness) switch
        {
            (null, _) => "",
            ({ } k, "clear") => $"{k} clusters stand out clearly.",
            ({ } k, "weak") => $"{k} clusters stand out a little.",
            _ => "No number of clusters stands out: the cost falls smoothly.",
        };
        return $"<section aria-labelledby=\"curve\"><h2 id=\"curve\">Cost over the number of clusters</h2><p class=\"lead\">Mean squared distance with its 95 % interval. {words} This model has {Count(modelK)}.</p>{ReportCharts.Curve(curve, modelK)}</section>";
    }

    /// <summary>The table's lines.</summary>
    /// <param name="description">The description.</param>
    /// <returns>HTML.</returns>
    public static string Rows(ModelDescription description)
    {
        var largest = Math.Max(double.Epsilon, description.Clusters.Max(cluster => cluster.Share));
        var text = new StringBuilder();
        foreach (var cluster in description.Clusters)
        {
            var nearest = cluster.NearestCluster is { } other ? $"<a href=\"#cluster-{other}\">{other}</a>" : "–";
            var radius = cluster.Radius;
            text.Append($"<tr><th scope=\"row\" class=\"c{cluster.Cluster}\"><a href=\"#cluster-{cluster.Cluster}\"><i></i>{cluster.Cluster}</a></th><td>{Count(cluster.Size)}</td><td>{Percent(cluster.Share)}</td><td class=\"wide\">{ReportCharts.Bar(cluster.Share / largest, cluster.Cluster)}</td><td>{Number(radius?.P50)}</td><td>{Number(radius?.P90)}</td><td>{Number(radius?.P99)}</td><td>{nearest}</td><td>{Number(cluster.NearestDistance)}</td></tr>\n");
        }

        return text.ToString();
    }

    /// <summary>A card for each cluster.</summary>
    /// <param name="description">The description.</param>
    /// <returns>HTML.</returns>
    public static string Cards(ModelDescription description)
    {
        // One scale for all cards, so that bars can be compared.
        var greatest = description.Clusters.SelectMany(cluster => cluster.Differences).Select(difference => Math.Abs(difference.Standardised)).DefaultIfEmpty(1).Max();
        return string.Concat(description.Clusters.Select(cluster => Card(cluster, greatest)));
    }

    private static string Card(ClusterDescription cluster, double greatest)
    {
        var text = new StringBuilder();
        text.Append($"<article class=\"card c{cluster.Cluster}\" id=\"cluster-{cluster.Cluster}\" tabindex=\"-1\" aria-labelledby=\"title-{cluster.Cluster}\"><header><h3 id=\"title-{cluster.Cluster}\"><i></i>Cluster {cluster.Cluster}</h3><p>{Count(cluster.Size)} rows, {Percent(cluster.Share)}</p></header>");
        text.Append(Differences(cluster, greatest));
        if (cluster.Radius is { } radius)
        {
            text.Append($"<dl class=\"facts\"><div><dt>50 % within</dt><dd>{Number(radius.P50)}</dd></div><div><dt>90 % within</dt><dd>{Number(radius.P90)}</dd></div><div><dt>99 % within</dt><dd>{Number(radius.P99)}</dd></div><div><dt>Farthest at</dt><dd>{Number(radius.Most)}</dd></div></dl>");
        }

        text.Append(Nearest(cluster));
        return text.Append("</article>\n").ToString();
    }

    private static string Differences(ClusterDescription cluster, double greatest)
    {
        if (cluster.Differences.Count == 0)
        {
            return "<p class=\"lead\">Nothing sets it apart: every column has one value.</p>";
        }

        var text = new StringBuilder("<table class=\"traits\"><thead><tr><th scope=\"col\">Feature</th><th scope=\"col\">Here</th><th scope=\"col\">All rows</th><th scope=\"col\" colspan=\"2\">Deviations</th></tr></thead><tbody>");
        foreach (var difference in cluster.Differences)
        {
            text.Append($"<tr><th scope=\"row\">{Safe(difference.Name)}{(difference.IsLogarithm ? " <small>log</small>" : "")}</th><td>{Number(difference.Value)}</td><td>{Number(difference.Mean)}</td><td>{Signed(difference.Standardised)}</td><td class=\"draw\">{ReportCharts.Difference(difference.Standardised, greatest, cluster.Cluster)}</td></tr>");
        }

        return text.Append("</tbody></table>").ToString();
    }

    private static string Nearest(ClusterDescription cluster)
    {
        if (cluster.NearestRows.Count == 0)
        {
            return "<p class=\"lead\">None of the rows that were looked at is in it.</p>";
        }

        var shown = cluster.Differences.Take(3).ToArray();
        var text = new StringBuilder("<h4>Rows nearest to the center</h4><ul class=\"rows\">");
        foreach (var row in cluster.NearestRows)
        {
            var values = string.Join(", ", shown.Select(difference => $"{Safe(difference.Name)} {Number(row.Values[difference.Feature])}"));
            text.Append($"<li><b>{Safe(row.Place ?? "a row of the state")}</b> at {Number(row.Distance)}<br><span>{values}</span></li>");
        }

        return text.Append("</ul>").ToString();
    }
}
