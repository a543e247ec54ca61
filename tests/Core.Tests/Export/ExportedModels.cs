using KMeans.Input;
using KMeans.Models;
using KMeans.Tests.Models;
using KMeans.Training;

namespace KMeans.Tests.Export;

/// <summary>A model whose transform shifts and scales, with names that need quotes and a list column.</summary>
internal static class ExportedModels
{
    public static readonly TrainedModel Scaled = SmallModels.Train(
        options => options with { Scaling = ColumnScaling.Standard, ClusterCount = 5 }, [new FeatureColumn("a, \"b\"", 1), new FeatureColumn("size", 1), new FeatureColumn("vé", 2)]).Model;

    /// <summary>Labels and distances of the rows that it was trained on, as lines "label distance".</summary>
    public static (int[] Labels, double[] Distances) Expected()
    {
        var labels = Scaled.Predict(SmallModels.Rows, out var distances);
        return (labels, distances);
    }
}
