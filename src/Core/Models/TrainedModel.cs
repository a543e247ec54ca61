using System.Buffers.Binary;
using System.Security.Cryptography;
using KMeans.Input;
using KMeans.Kernels;
using KMeans.Preparation;
using KMeans.Training;

namespace KMeans.Models;

/// <summary>A trained model: k centers, the transform that rows go through first, what it cost, and the state to go on from.</summary>
/// <remarks>Immutable; predicting is thread-safe.</remarks>
public sealed class TrainedModel
{
    /// <summary>The <see cref="AlgorithmVersion"/> of models that this release trains.</summary>
    internal const int CurrentAlgorithmVersion = 1;

    private readonly Lazy<PackedCenters> packed;

    internal TrainedModel()
    {
        packed = new Lazy<PackedCenters>(() => Kernel.Pack(Centers, ClusterCount, FeatureCount));
    }

    /// <summary>Which training made it: the same data, options and seed give the same bits under equal versions only.</summary>
    /// <value>That of this release by default.</value>
    public int AlgorithmVersion { get; init; } = CurrentAlgorithmVersion;

    /// <summary>k.</summary>
    public required int ClusterCount { get; init; }

    /// <summary>The columns that make the features, in order.</summary>
    public required IReadOnlyList<FeatureColumn> Columns { get; init; }

    /// <summary>Whether the columns' names are the files' own.</summary>
    public required bool ColumnsAreNamed { get; init; }

    /// <summary>What rows go through before distances are computed.</summary>
    public required ColumnTransform Transform { get; init; }

    /// <summary>Length d, in the model's space: replaces missing values under <see cref="MissingPolicy.Mean"/>.</summary>
    public required float[] Fill { get; init; }

    /// <summary>Row-major (k, d), in the model's space, ordered by falling cluster weight.</summary>
    public required double[] Centers { get; init; }

    /// <summary>Length k: the weight of each cluster's rows; an estimate where the cost is one. Empty where it is not known: a model of another program.</summary>
    public required double[] ClusterWeights { get; init; }

    /// <summary>What the centers cost on the training data, and how sure that is; null where it is not known.</summary>
    public required CostEstimate? Cost { get; init; }

    /// <summary>n: rows that count; 0 where it is not known.</summary>
    public required long Rows { get; init; }

    /// <summary>What every random decision was drawn from.</summary>
    public required long Seed { get; init; }

    /// <summary>The parameters as given, by their command-line names; "auto" where none was.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>What makes two rows near. Where it is the cosine, rows and centers are divided by their length, and distances are between those.</summary>
    public DistanceMeasure Distance { get; init; }

    /// <summary>Length k: a row of the cluster that is farther from its center is an outlier. Null where it is not known.</summary>
    public double[]? OutlierDistances { get; init; }

    /// <summary>The steps that made the columns of raw ones, to be applied to raw rows; null where none are known.</summary>
    public Recipe? Recipe { get; init; }

    /// <summary>The state to go on from; null for a model that was loaded without it.</summary>
    public CoreSet? State { get; init; }

    /// <summary>d.</summary>
    public int FeatureCount => Transform.FeatureCount;

    /// <summary>The features' names, length d.</summary>
    public IReadOnlyList<string> FeatureNames => field ??= Columns.SelectMany(column => column.FeatureNames()).ToArray();

    /// <summary>Row-major (k, d), in the columns' own units.</summary>
    public double[] CentersInColumnUnits => field ??= Invert();

    /// <summary>Takes values from the columns' own units on to those of the raw columns, for people. It changes nothing where no recipe made the columns, and where the distance is the
    /// cosine: parts of a row's length are not what the recipe made.</summary>
    internal RecipeInverse Inverse => field ??= new RecipeInverse(Distance == DistanceMeasure.Cosine ? null : Recipe, FeatureNames);

    /// <summary>SHA-256 over <see cref="CentersInColumnUnits"/>, little-endian: equal fingerprints are equal models.</summary>
    public string Fingerprint => field ??= ComputeFingerprint();

    private static IAssignmentKernel Kernel => AssignmentKernels.Best;

    /// <summary>Finds the nearest center of each row.</summary>
    /// <param name="rows">Row-major (n, d), in the columns' own units, finite.</param>
    /// <returns>Length n: labels 0 to k - 1.</returns>
    /// <exception cref="InputException">The length is not a multiple of d, or a value is not finite.</exception>
    public int[] Predict(ReadOnlySpan<float> rows) => Predict(rows, out _);

    /// <summary>Finds the nearest center of each row and how far it is.</summary>
    /// <param name="rows">Row-major (n, d), in the columns' own units, finite.</param>
    /// <param name="distances">Length n: Euclidean distances in the model's space, not squared.</param>
    /// <returns>Length n: labels 0 to k - 1.</returns>
    /// <exception cref="InputException">The length is not a multiple of d, or a value is not finite.</exception>
    public int[] Predict(ReadOnlySpan<float> rows, out double[] distances)
    {
        var d = FeatureCount;
        if (rows.Length % d != 0)
        {
            throw new InputException($"the rows have {rows.Length} values, which is not a multiple of the model's {d} features.");
        }

        var n = rows.Length / d;
        var samples = new float[rows.Length];
        var row = new double[d];
        for (var i = 0; i < rows.Length; i++)
        {
            if (i % d == 0)
            {
                for (var f = 0; f < d; f++)
                {
                    row[f] = rows[i + f];
                }

                if (Distance == DistanceMeasure.Cosine)
                {
                    UnitRowReader.Divide(row);
                }
            }

            samples[i] = (float)Transform.Apply(row[i % d], i % d);
            if (!float.IsFinite(samples[i]))
            {
                throw new InputException($"row {(i / d) + 1}, column '{FeatureNames[i % d]}': {(Distance == DistanceMeasure.Cosine && float.IsInfinity(samples[i]) ? "the row is all zeros and has no direction" : "the value is missing or not finite")}.");
            }
        }

        var labels = new int[n];
        distances = new double[n];
        Kernel.Assign(samples, n, packed.Value, labels, distances, Kernel.CreateWorkspace());
        for (var i = 0; i < n; i++)
        {
            distances[i] = Math.Sqrt(distances[i]);
        }

        return labels;
    }

    /// <summary>A model of the same kind of rows that was made of states, and not of rows.</summary>
    /// <param name="centers">Row-major (k, d), in the model's space, ordered by falling cluster weight.</param>
    /// <param name="clusterWeights">Length k.</param>
    /// <param name="cost">What they cost.</param>
    /// <param name="rows">n.</param>
    /// <param name="state">The state to go on from.</param>
    /// <param name="outlierDistances">Length k, or null.</param>
    /// <returns>A model with this one's columns, transform, parameters and steps.</returns>
    internal TrainedModel Derive(double[] centers, double[] clusterWeights, CostEstimate? cost, long rows, CoreSet? state, double[]? outlierDistances) => new()
    {
        ClusterCount = centers.Length / FeatureCount,
        Columns = Columns,
        ColumnsAreNamed = ColumnsAreNamed,
        Transform = Transform,
        Fill = Fill,
        Centers = centers,
        ClusterWeights = clusterWeights,
        Cost = cost,
        Rows = rows,
        Seed = Seed,
        Parameters = Parameters,
        Distance = Distance,
        OutlierDistances = outlierDistances,
        Recipe = Recipe,
        State = state,
    };

    private double[] Invert()
    {
        var centers = new double[Centers.Length];
        for (var i = 0; i < centers.Length; i++)
        {
            // Adding 0 turns -0 into 0: both are the same center.
            centers[i] = Transform.Invert(Centers[i], i % FeatureCount) + 0.0;
        }

        return centers;
    }

    private string ComputeFingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[8];
        foreach (var value in CentersInColumnUnits)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
