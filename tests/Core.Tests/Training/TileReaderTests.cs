using KMeans.Coordination;
using KMeans.Kernels;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Training;

public class TileReaderTests
{
    private const int FeatureCount = 8;

    [Theory]
    [InlineData(3, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 2)]
    [InlineData(1, 0.01)]
    public void Train_OnADevice_TakesLittleLongerThanTheSlowerOfCopyingAndComputing(double copySeconds, double computeSeconds)
    {
        var device = new TimedDevice(copySeconds, computeSeconds);
        Train(Blobs.Make(50_000, FeatureCount, 5), 2_000, device);
        Assert.InRange(device.Batches, 90, 110);

        // One after the other it would be the sum of both.
        Assert.InRange(device.Now / device.Batches, Math.Max(copySeconds, computeSeconds), 1.1 * Math.Max(copySeconds, computeSeconds));
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(511, 511)]
    [InlineData(512, 512)]
    [InlineData(513, 5_000)]
    [InlineData(1_024, 512)]
    [InlineData(5_000, 700)]
    [InlineData(5_000, 2_500)]
    [InlineData(5_000, 1)]
    public void Train_OnADevice_GivesTheBitsOfTheCpu(int rows, int miniBatchSize)
    {
        var samples = Blobs.Make(rows, FeatureCount, 5);
        if (rows / miniBatchSize > 2_000)
        {
            samples = samples[..(300 * FeatureCount)];
        }

        var expected = Train(samples, miniBatchSize, AssignmentKernels.Best);
        var actual = Train(samples, miniBatchSize, new TimedDevice(1, 1));
        Assert.Equal(expected.Bits, actual.Bits);
        Assert.Equal(expected.Hash, actual.Hash);
        Assert.Equal(expected.Rows, actual.Rows);
        Assert.Equal(AssignmentKernels.Best.Name, expected.Backend);
        Assert.Equal("timed", actual.Backend);
    }

    [Fact]
    public void Train_WithARowThatIsMissingInTheNextTile_SaysSoAndLeavesNothingRunning()
    {
        var samples = Blobs.Make(2_000, FeatureCount, 5);
        samples[700 * FeatureCount] = float.NaN;
        var error = Assert.Throws<InputException>(() => Train(samples, 5_000, new TimedDevice(1, 1)));
        Assert.Contains("row 701", error.Message, StringComparison.Ordinal);
    }

    private static (ulong Bits, ulong Hash, long Rows, string Backend) Train(float[] samples, int miniBatchSize, IAssignmentKernel kernel)
    {
        var centers = Array.ConvertAll(Blobs.Make(5, FeatureCount, 5, seed: 3), value => (double)value);
        var context = Passes.Context(samples, FeatureCount, centers, miniBatchSize: miniBatchSize) with { Kernel = kernel, TileValues = 512 * FeatureCount };
        using var trainer = new PartitionTrainer(context);
        var summary = trainer.Train(Assert.Single(context.Input.Partitions), null, CancellationToken.None);
        var stream = new MemoryStream();
        SummaryCodec.Write(stream, summary, context, 7);
        var hash = new ContentHash();
        hash.Append(stream.ToArray());
        return (hash.Value, trainer.ContentHash, summary.RowCount, trainer.Backend);
    }
}
