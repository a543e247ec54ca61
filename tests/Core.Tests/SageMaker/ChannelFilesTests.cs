using System.IO.Compression;
using System.Text;
using KMeans.Coordination;
using KMeans.Input;
using KMeans.Input.RecordIO;
using KMeans.SageMaker;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.SageMaker;

public sealed class ChannelFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SpoolFolder spool;

    public ChannelFilesTests()
    {
        Directory.CreateDirectory(folder.File("spool"));
        spool = new SpoolFolder(folder.File("spool"));
    }

    private ContainerPaths Paths => new(folder.File("ml"));

    public void Dispose()
    {
        spool.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Prepare_OfPlainFiles_LeavesThemWhereTheyAre()
    {
        folder.Write("ml/input/data/train/part-0", Records(0, 10));
        Assert.Equal(Paths.Channel("train"), Prepare());
        Assert.Empty(Directory.EnumerateFileSystemEntries(spool.Path));
    }

    [Fact]
    public void Prepare_OfGzipFilesBesidePlainOnes_GivesTheModelOfThePlain()
    {
        folder.Write("ml/input/data/train/part-0.gz", Gzip(Records(0, 300)));
        folder.Write("ml/input/data/train/part-1", Records(300, 100));
        folder.Write("ml/input/data/train/sub/part-2.GZ", Gzip(Records(400, 100)));
        folder.Write("plain/part-0", Records(0, 500));
        var unpacked = Prepare();
        Assert.Equal(["part-0", "part-1", "sub/part-2"], InputDiscovery.Find([unpacked]).Select(file => file.RelativeName));
        Assert.Equal(Fingerprint(folder.File("plain")), Fingerprint(unpacked));
    }

    [Fact]
    public void Prepare_OfAPackedFileThatIsCutOff_IsRefused()
    {
        folder.Write("ml/input/data/train/part-0.gz", Gzip(Records(0, 300)).AsSpan()[..^20]);
        Assert.Contains("truncated or damaged", Assert.Throws<InputException>(() => Prepare()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prepare_OfAFileThatIsPackedAndPlain_IsRefused()
    {
        folder.Write("ml/input/data/train/part-0.gz", Gzip(Records(0, 3)));
        folder.Write("ml/input/data/train/part-0", Records(0, 3));
        Assert.Contains("is there unpacked too", Assert.Throws<InputException>(() => Prepare()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Copy_OfAStream_UnpacksIt(bool isPacked)
    {
        var content = Records(0, 100);
        Pump(isPacked ? Gzip(content) : content, false);
        Assert.Equal(content, File.ReadAllBytes(Path.Combine(spool.Channel("train"), "train")));
    }

    [Fact]
    public void Copy_OfAnEmptyStream_MakesAnEmptyFile()
    {
        Pump([], false);
        Assert.Equal(0, new FileInfo(Path.Combine(spool.Channel("train"), "train")).Length);
    }

    [Fact]
    public void Copy_OfWrappedFiles_GivesEachOfThemAgain()
    {
        string[] files = ["1,2\n3,4", "", "5,6\n"];
        Pump(Frames(files), true);
        var found = Directory.EnumerateFiles(Path.Combine(spool.Channel("train"), "train")).Order(StringComparer.Ordinal).Select(File.ReadAllText);
        Assert.Equal(files, found);
    }

    [Fact]
    public void Copy_OfWrappedFilesThatAreCutOffAnywhere_IsRefused()
    {
        var frames = Frames(["1,2\n3,4", "5,6\n"]);
        var ends = new[] { 0, 16 };
        for (var length = 1; length < frames.Length; length++)
        {
            if (!ends.Contains(length))
            {
                Assert.Throws<InputException>(() => Pump(frames[..length], true, $"cut-{length}"));
            }
        }
    }

    [Fact]
    public void Copy_OfMoreThanTheSpoolHolds_IsRefused()
    {
        using var small = new SpoolFolder(folder.File("spool"), 1000);
        var message = Assert.Throws<InputException>(() => new ChannelPump(small, "train_0").Copy(new MemoryStream(Records(0, 100)), false, small.Channel("train"), "train")).Message;
        Assert.StartsWith("train_0: its data are larger than the space in ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_OfASpool_LeavesNothing()
    {
        Pump(Records(0, 10), false);
        spool.Dispose();
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.File("spool")));
    }

    private static byte[] Records(int first, int count)
    {
        using var stream = new MemoryStream();
        var writer = new RecordWriter(stream);
        for (var i = first; i < first + count; i++)
        {
            writer.Add<float>(RecordField.Features, RecordWriter.Values, [(i % 4 * 10) + (i % 3), i % 5]);
            writer.EndRecord();
        }

        return stream.ToArray();
    }

    private static byte[] Gzip(byte[] content)
    {
        using var target = new MemoryStream();
        using (var stream = new GZipStream(target, CompressionLevel.Fastest))
        {
            stream.Write(content);
        }

        return target.ToArray();
    }

    private static byte[] Frames(string[] files)
    {
        using var stream = new MemoryStream();
        foreach (var file in files)
        {
            RecordWriter.Frame(stream, Encoding.UTF8.GetBytes(file));
        }

        return stream.ToArray();
    }

    private static string Fingerprint(string path) => Trainer.Train(path, new TrainingOptions { ClusterCount = 4, MeasuresQuality = false }).Report.Fingerprint;

    private string Prepare() => ChannelFiles.Prepare(
        new Channel { Name = "train", Content = ChannelContent.Parse(null, "train"), Distribution = DataDistribution.FullyReplicated }, Paths, ContainerHosts.Alone, spool, TimeProvider.System, CancellationToken.None);

    private void Pump(byte[] content, bool isWrapped, string name = "train") => new ChannelPump(spool, "train_0").Copy(new MemoryStream(content), isWrapped, spool.Channel("train"), name);
}
