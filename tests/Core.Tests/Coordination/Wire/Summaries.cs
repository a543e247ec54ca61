using KMeans.Coordination;
using KMeans.Input;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Coordination.Wire;

/// <summary>Real summaries of a few partitions, with opened centers, both samples and weights.</summary>
internal static class Summaries
{
    public const ulong Pass = 0x1234_5678_9ABC_DEF0;

    /// <summary>A pass over three whole partitions and a short one.</summary>
    public static PassContext Context(bool keepsAllRows = false, MissingPolicy missing = MissingPolicy.Error, int features = 5)
    {
        var rows = (3 * PartitionPlan.RowsPerPartition(features)) + 777;
        var samples = Blobs.Make(rows, features, 7);
        if (missing == MissingPolicy.Skip)
        {
            for (var i = 0; i < samples.Length; i += 1111)
            {
                samples[i] = float.NaN;
            }
        }

        var centers = Enumerable.Range(0, 4 * features).Select(i => (double)samples[i * 7] is var value && double.IsFinite(value) ? value : 0).ToArray();
        return Passes.Context(samples, features, centers, weights: [3, 0, 2, 1], miniBatchSize: 8192, halfLife: 1_000_000, opening: new OpeningRule(1e5, 16))
            with
        { KeepsAllRows = keepsAllRows, Missing = missing };
    }

    public static PartitionSummary Train(PassContext context, int partition)
    {
        using var trainer = new PartitionTrainer(context);
        return trainer.Train(context.Input.Partitions[partition], null, CancellationToken.None);
    }

    public static byte[] Encode(PartitionSummary summary, PassContext context)
    {
        using var stream = new MemoryStream();
        SummaryCodec.Write(stream, summary, context, Pass);
        return stream.ToArray();
    }

    public static PartitionSummary Decode(byte[] bytes, PassContext context, int first, int end) =>
        SummaryCodec.Read(new MemoryStream(bytes), context, Pass, new(first, end));
}
