namespace KMeans.Kernels;

/// <summary>temp</summary>
public sealed class CenterAccumulator
{
    private readonly int d;
    private double[] sums;
    private double[] weights;
    private double[] errors;
    private int count;

    /// <summary>temp</summary>
    public CenterAccumulator(int capacity, int featureCount)
    {
        d = featureCount;
        sums = new double[capacity * d];
        weights = new double[capacity];
        errors = new double[capacity];
        count = capacity;
    }

    /// <summary>temp</summary>
    public ReadOnlySpan<double> Weights => weights.AsSpan(0, count);

    /// <summary>temp</summary>
    public double[] SquaredErrors => errors;

    /// <summary>temp</summary>
    public ReadOnlySpan<double> Sum(int j) => sums.AsSpan(j * d, d);

    /// <summary>temp</summary>
    public void Clear(int n)
    {
        count = 0;
        Reserve(n);
        Array.Clear(sums);
        Array.Clear(weights);
        Array.Clear(errors);
    }

    /// <summary>temp</summary>
    public void Reserve(int n)
    {
        if (n > weights.Length)
        {
            Array.Resize(ref sums, n * 2 * d);
            Array.Resize(ref weights, n * 2);
            Array.Resize(ref errors, n * 2);
        }

        count = n;
    }

    /// <summary>temp</summary>
    public void Add(ReadOnlySpan<float> samples, int n, ReadOnlySpan<int> labels, ReadOnlySpan<double> squaredDistances, ReadOnlySpan<double> sampleWeights)
    {
        for (var i = 0; i < n; i++)
        {
            var w = sampleWeights.IsEmpty ? 1 : sampleWeights[i];
            var j = labels[i];
            weights[j] += w;
            errors[j] += w * squaredDistances[i];
            for (var c = 0; c < d; c++)
            {
                sums[(j * d) + c] += w * samples[(i * d) + c];
            }
        }
    }

    /// <summary>temp</summary>
    public void Merge(CenterAccumulator other)
    {
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] += other.sums[i];
        }

        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] += other.weights[i];
            errors[i] += other.errors[i];
        }
    }
}
