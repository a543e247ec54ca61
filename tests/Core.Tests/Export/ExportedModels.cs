using KMeans.Input;
using KMeans.Models;
using KMeans.Tests.Models;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Export;

/// <summary>A model to be exported, and rows as they are in its user's files.</summary>
internal sealed record ExportedModels(TrainedModel Model, float[] Rows)
{
    /// <summary>A model whose transform shifts and scales, with names that need quotes and a list column.</summary>
    public static readonly ExportedModels Scaled = new(
        SmallModels.Train(
            options => options with { Scaling = ColumnScaling.Standard, ClusterCount = 5 }, [new FeatureColumn("a, \"b\"", 1), new FeatureColumn("size", 1), new FeatureColumn("vé", 2)]).Model,
        SmallModels.Rows);

    /// <summary>A model of directions, whose transform shifts, and rows of lengths from 1e-12 to 1e30.</summary>
    public static readonly ExportedModels Spherical = TrainSpherical();

    /// <summary>What this program answers for the rows.</summary>
    public (int[] Labels, double[] Distances) Expected()
    {
        var labels = Model.Predict(Rows, out var distances);
        return (labels, distances);
    }

    private static ExportedModels TrainSpherical()
    {
        const int d = 6;
        var rows = Directions.Make(1000, d, 5, spread: 2);
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] += 1;
        }

        using var input = Directions.Input(rows, d);
        var model = Trainer.Train(input, new TrainingOptions { ClusterCount = 5 }).Model;
        return new ExportedModels(model, [.. rows.Select((value, i) => i / d % 10 == 0 ? value * (i / d % 20 == 0 ? 1e-12f : 1e30f) : value)]);
    }
}
