using KMeans.Input;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.Tests.Models;

/// <summary>Small trained models for the tests of their files.</summary>
internal static class SmallModels
{
    public const int FeatureCount = 4;

    /// <summary>1,000 rows of four features in three clouds, far from zero.</summary>
    public static float[] Rows { get; } = MakeRows();

    public static TrainingResult Train(Func<TrainingOptions, TrainingOptions>? change = null, FeatureColumn[]? columns = null)
    {
        var options = new TrainingOptions { ClusterCount = 3 };
        var result = Trainer.Train(Rows, FeatureCount, change?.Invoke(options) ?? options);
        return columns is null ? result : result with { Model = Copy(result.Model, columns, result.Model.Cost!) };
    }

    public static TrainedModel WithDistance(TrainedModel model, DistanceMeasure distance) => Copy(model, model.Columns, model.Cost!, distance);

    public static TrainingResult WithCost(TrainingResult result, CostEstimate cost) => result with { Model = Copy(result.Model, result.Model.Columns, cost) };

    /// <summary>Relative path, with slashes, to content in hexadecimal, in order.</summary>
    public static SortedDictionary<string, string> Files(string folder) => new(
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(folder, file).Replace('\\', '/'), file => Convert.ToHexString(File.ReadAllBytes(file))),
        StringComparer.Ordinal);

    public static void AssertEqual(TrainedModel expected, TrainedModel actual)
    {
        Assert.Equal(expected.AlgorithmVersion, actual.AlgorithmVersion);
        Assert.Equal(expected.ClusterCount, actual.ClusterCount);
        Assert.Equal(expected.Columns, actual.Columns);
        Assert.Equal(expected.ColumnsAreNamed, actual.ColumnsAreNamed);
        AssertSameBits(expected.Transform.Shifts, actual.Transform.Shifts);
        AssertSameBits(expected.Transform.Factors, actual.Transform.Factors);
        Assert.Equal(expected.Fill.Select(BitConverter.SingleToInt32Bits), actual.Fill.Select(BitConverter.SingleToInt32Bits));
        AssertSameBits(expected.Centers, actual.Centers);
        AssertSameBits(expected.ClusterWeights, actual.ClusterWeights);
        Assert.Equal(expected.Cost, actual.Cost);
        Assert.Equal(expected.Rows, actual.Rows);
        Assert.Equal(expected.Seed, actual.Seed);
        Assert.Equal(expected.Parameters.ToDictionary(), actual.Parameters.ToDictionary());
        Assert.Equal(expected.Fingerprint, actual.Fingerprint);
        AssertEqual(expected.State!, actual.State!);
    }

    public static void AssertEqual(CoreSet expected, CoreSet actual)
    {
        Assert.Equal(expected.FeatureCount, actual.FeatureCount);
        Assert.Equal((expected.RowsSeen, expected.NextKey, expected.IsDecayed), (actual.RowsSeen, actual.NextKey, actual.IsDecayed));
        AssertSameBits(
            [expected.TotalWeight, expected.SearchedMsd, expected.DistanceFactor, expected.OpenedTerm], [actual.TotalWeight, actual.SearchedMsd, actual.DistanceFactor, actual.OpenedTerm]);
        AssertSameBits(expected.CenterTerms, actual.CenterTerms);
        AssertSameBits(expected.CenterWeights, actual.CenterWeights);
        AssertSameBits(expected.CenterSquaredErrors, actual.CenterSquaredErrors);
        AssertSameBits(expected.CenterMeans, actual.CenterMeans);
        AssertEqual(expected.Sample, actual.Sample);
        AssertEqual(expected.CostSample, actual.CostSample);
    }

    private static void AssertEqual(KeptRows expected, KeptRows actual)
    {
        Assert.Equal(expected.Limit, actual.Limit);
        AssertSameBits([expected.Threshold], [actual.Threshold]);
        Assert.Equal(expected.Keys, actual.Keys);
        AssertSameBits(expected.Priorities, actual.Priorities);
        AssertSameBits(expected.Sensitivities, actual.Sensitivities);
        AssertSameBits(expected.Weights, actual.Weights);
        Assert.Equal(expected.Labels, actual.Labels);
        Assert.Equal(expected.Rows, actual.Rows);
    }

    private static void AssertSameBits(double[] expected, double[] actual) =>
        Assert.Equal(expected.Select(BitConverter.DoubleToInt64Bits), actual.Select(BitConverter.DoubleToInt64Bits));

    private static TrainedModel Copy(TrainedModel model, IReadOnlyList<FeatureColumn> columns, CostEstimate cost, DistanceMeasure? distance = null) => new()
    {
        ClusterCount = model.ClusterCount,
        Columns = columns,
        ColumnsAreNamed = true,
        Transform = model.Transform,
        Fill = model.Fill,
        Centers = model.Centers,
        ClusterWeights = model.ClusterWeights,
        Cost = cost,
        Rows = model.Rows,
        Seed = model.Seed,
        Parameters = model.Parameters,
        Distance = distance ?? model.Distance,
        State = model.State,
    };

    private static float[] MakeRows()
    {
        var random = new Random(1);
        var rows = new float[1000 * FeatureCount];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = (float)(1000 + (10 * (i / FeatureCount % 3)) + random.NextDouble());
        }

        return rows;
    }
}
