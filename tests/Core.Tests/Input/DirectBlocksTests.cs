using KMeans.Generation;
using KMeans.Input;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Input;

public class DirectBlocksTests
{
    private const int Block = DirectBlocks.BlockBytes;

    [Fact]
    public void Read_OfRequestedAndOtherBytes_GivesTheFilesBytes()
    {
        using var folder = new TemporaryFolder();
        var bytes = new byte[(9 * Block) + 12_345];
        new Random(1).NextBytes(bytes);
        File.WriteAllBytes(folder.File("data"), bytes);
        using var source = new LocalByteSource(folder.File("data"));

        // Room for three blocks of ten: most requests find none, and blocks change their content while others are read.
        using var blocks = new DirectBlocks(3 * Block);
        source.ReadThrough(blocks);
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, thread =>
        {
            var random = new Random(thread);
            var buffer = new byte[200_000];
            for (var i = 0; i < 300; i++)
            {
                var offset = random.Next(bytes.Length);
                if (i % 3 == 0)
                {
                    source.Prefetch(offset, random.Next(3 * Block));
                }

                var length = Math.Min(random.Next(1, buffer.Length), bytes.Length - offset);
                source.ReadExactly(offset, buffer.AsSpan(0, length), "the test");
                Assert.True(buffer.AsSpan(0, length).SequenceEqual(bytes.AsSpan(offset, length)), $"{length} bytes at {offset}");
            }
        });
        Assert.True(source.DirectHandle is null || blocks.LoadedBytes > 0);
    }

    [Fact]
    public void Read_BeyondTheEnd_GivesWhatThereIs()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("data"), new byte[Block + 100]);
        using var source = new LocalByteSource(folder.File("data"));
        using var blocks = new DirectBlocks(4 * Block);
        source.ReadThrough(blocks);
        source.Prefetch(0, 2 * Block);
        Assert.Equal(150, source.Read(Block - 50, new byte[500]));
        Assert.Equal(0, source.Read(Block + 100, new byte[10]));
    }

    [Fact]
    public void Read_OfAFileThatWasCut_IsRefusedAsWithout()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("data"), new byte[3 * Block]);
        using var source = new LocalByteSource(folder.File("data"));
        using (var cut = new FileStream(folder.File("data"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            cut.SetLength(Block + 10);
        }

        using var blocks = new DirectBlocks(4 * Block);
        source.ReadThrough(blocks);
        source.Prefetch(0, 3 * Block);
        Assert.Throws<InputException>(() => source.ReadExactly(Block, new byte[500], "the test"));
        Assert.Throws<InputException>(() => source.ReadExactly(2 * Block, new byte[500], "the test"));
    }

    [Fact]
    public void Request_OfLittle_IsLeftToThePageCache()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("data"), new byte[3 * Block]);
        using var source = new LocalByteSource(folder.File("data"));
        using var blocks = new DirectBlocks(4 * Block);
        Assert.False(blocks.Request(source, 1000, (Block / 2) - 1));
        Assert.True(blocks.Request(source, 1000, Block / 2));
        Assert.False(blocks.TryRead(source, 2 * Block, new byte[10], out _));
    }

    [Fact]
    public void Train_AroundThePageCache_GivesTheSameFingerprint()
    {
        using var folder = new TemporaryFolder();
        MixtureFiles.Write(new GaussianMixture(20, 10, 1.5, seed: 1), 150_000, folder.File("data.parquet"), 1, false);
        var options = new TrainingOptions { ClusterCount = 10, RowBudget = 0, Threads = 2 };
        using var input = InputSet.Create(InputFiles.Open([folder.File("data.parquet")], new InputFormatOptions()), new ColumnChoice());
        var expected = Trainer.Train(input, options).Model.Fingerprint;

        using var blocks = new DirectBlocks(6 * Block);
        input.ReadThrough(blocks);
        var actual = Trainer.Train(input, options).Model.Fingerprint;

        Assert.Equal(expected, actual);
        Assert.True(blocks.LoadedBytes > 0 || !DirectBlocks.IsSupported || input.Files.All(file => ((LocalByteSource)file.Source).DirectHandle is null));
    }

    [Fact]
    public void For_AnInputThatMemoryHolds_IsNone()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("data.csv"), "1,2\n3,4\n");
        using var input = InputSet.Create(InputFiles.Open([folder.File("data.csv")], new InputFormatOptions()), new ColumnChoice());
        Assert.Null(DirectBlocks.For(input, 2, null));
    }
}
