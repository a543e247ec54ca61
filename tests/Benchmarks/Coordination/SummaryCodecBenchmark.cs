using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using KMeans.Coordination;
using KMeans.Input;
using KMeans.Kernels;
using KMeans.Training;

namespace KMeans.Benchmarks.Coordination;

/// <summary>What sending a summary costs beside the network: hashing, writing and reading 16 MB (K = 5,000, d = 400).</summary>
[SuppressMessage("Design", "CA1001", Justification = "A stream in memory has nothing to release.")]
public class SummaryCodecBenchmark
{
    private const int CenterCount = 5_000;
    private const int FeatureCount = 400;

    private readonly byte[] bytes = new byte[CenterCount * FeatureCount * sizeof(double)];
    private PassContext context = null!;
    private PartitionSummary summary = null!;
    private MemoryStream stream = null!;

    /// <summary>Makes a summary in which every center has rows.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        var random = new Random(1);
        random.NextBytes(bytes);
        var broadcast = new RunningCenters(CenterCount, FeatureCount);
        for (var j = 0; j < CenterCount; j++)
        {
            broadcast.Add(new CenterId(-1, j), 1, Enumerable.Range(0, FeatureCount).Select(_ => random.NextDouble()).ToArray(), 1);
        }

        var retention = new RetentionRule { SampleLimit = 1000, CostSampleLimit = 1000, RowCount = 1000, DistanceFactor = 1, ClusterTerms = [1] };
        context = new PassContext
        {
            Input = InputSet.Create([new MemoryInputFile(new float[FeatureCount], FeatureCount)], new ColumnChoice()),
            Transform = ColumnTransform.Identity(FeatureCount),
            Missing = MissingPolicy.Error,
            Fill = new float[FeatureCount],
            Broadcast = broadcast,
            Kernel = AssignmentKernels.Best,
            Seed = 1,
            Epoch = 0,
            MiniBatchSize = 1,
            HalfLife = 0,
            Opening = OpeningRule.None,
            KeepsAllRows = false,
            Retention = retention,
            TileValues = 1 << 17,
            Pool = new SummaryPool(broadcast, retention),
        };
        summary = new PartitionSummary
        {
            First = 0,
            End = 1,
            Centers = broadcast,
            RowCount = 1,
            SkippedRows = 0,
            TotalWeight = 1,
            PassSquaredDistances = 1,
            OpeningCost = 1,
            NearTies = 0,
            Sample = retention.NewSample(FeatureCount),
            CostSample = retention.NewCostSample(FeatureCount),
        };
        stream = new MemoryStream((int)SummaryCodec.Bytes(summary, context));
        Write();
    }

    /// <summary>The hash alone, over 16 MB.</summary>
    /// <returns>Keeps the work from being optimised away.</returns>
    [Benchmark]
    public object Hash() => ContentHash.Of(bytes);

    /// <summary>The hash alone, over 256 KiB that stay in the cache.</summary>
    /// <returns>Keeps the work from being optimised away.</returns>
    [Benchmark]
    public object HashFromCache() => ContentHash.Of(bytes.AsSpan(0, 256 << 10));

    /// <summary>Writing into memory.</summary>
    [Benchmark]
    public void Write()
    {
        stream.Position = 0;
        SummaryCodec.Write(stream, summary, context, 1);
    }

    /// <summary>Reading from memory, with all checks.</summary>
    [Benchmark]
    public void Read()
    {
        stream.Position = 0;
        context.Pool.Return(SummaryCodec.Read(stream, context, 1, new BlockRange(0, 1)));
    }
}
