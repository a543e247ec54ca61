using KMeans.Coordination;
using KMeans.Input;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Coordination.Checkpoints;

public class CheckpointTests
{
    private const int Features = 8_192;

    /// <summary>3 partitions of 1,024 rows.</summary>
    private static readonly float[] Rows = Blobs.Make(3 * 1024, Features, 3);

    private static readonly TrainingOptions Options = new() { ClusterCount = 3, RowBudget = 0, Threads = 1, SummaryRows = SummaryRows.Parse("20"), Epochs = 2 };

    [Fact]
    public void Train_StoppedAndStartedAgain_GoesOnToTheSameFingerprint()
    {
        using var folder = new TemporaryFolder();
        var whole = Trainer.Train(Rows, Features, Options).Report;
        Stop(folder);
        var result = Trainer.Train(Rows, Features, Options with { Checkpoint = folder.File("state"), Shards = 2 });

        Assert.Equal(whole.Fingerprint, result.Report.Fingerprint);
        Assert.Equal(whole.Ledger.Hash, result.Report.Ledger.Hash);
        Assert.Contains(result.Report.Notes, note => note.Contains("went on from the checkpoint", StringComparison.Ordinal));
        Assert.True(File.Exists(folder.File("state/manifest.kmc")));
        result.RemoveCheckpoint();
        Assert.False(Directory.Exists(folder.File("state")));
    }

    [Fact]
    public void Train_WithTheCheckpointOfOtherOptions_SaysSo()
    {
        using var folder = new TemporaryFolder();
        Stop(folder);
        var error = Assert.Throws<InputException>(() => Trainer.Train(Rows, Features, Options with { Checkpoint = folder.File("state"), Seed = 2 }));
        Assert.Contains("a training with other options", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<InputException>(() => Trainer.Train(Rows.AsMemory(0, 2 * 1024 * Features), Features, Options with { Checkpoint = folder.File("state") }));
        Assert.Contains("another input", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WithADamagedCheckpoint_NamesTheFile()
    {
        using var folder = new TemporaryFolder();
        Stop(folder);
        var files = Directory.GetFiles(folder.File("state"), "*.kmc");
        Assert.Equal(["block", "epoch", "manifest", "start"], files.Select(file => Path.GetFileNameWithoutExtension(file).Split('-')[0]).Distinct().Order(StringComparer.Ordinal));
        foreach (var file in files)
        {
            var whole = File.ReadAllBytes(file);
            foreach (var position in new[] { 0, 5, 9, whole.Length / 2, whole.Length - 1 })
            {
                var damaged = whole.ToArray();
                damaged[position] ^= 4;
                Refuses(file, damaged);
            }

            Refuses(file, whole[..^1]);
            Refuses(file, [.. whole, 0]);
            File.Delete(file);
            if (!file.EndsWith("manifest.kmc", StringComparison.Ordinal))
            {
                Assert.Contains(Path.GetFileName(file), Assert.Throws<InputException>(() => Resume(folder)).Message, StringComparison.Ordinal);
            }

            File.WriteAllBytes(file, whole);
        }

        void Refuses(string file, byte[] content)
        {
            File.WriteAllBytes(file, content);
            var error = Assert.Throws<InputException>(() => Resume(folder));
            Assert.Contains(Path.GetFileName(file), error.Message, StringComparison.Ordinal);
            Assert.Contains("remove the folder", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Fact]
    public void Train_WithAFolderOfOtherThings_LeavesThemAlone()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("state"));
        File.WriteAllText(folder.File("state/start.txt"), "mine");
        var error = Assert.Throws<InputException>(() => Resume(folder));
        Assert.Contains("start.txt, which is no checkpoint", error.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.File("state/start.txt")));
    }

    [Fact]
    public void DiskFolder_ThatAnotherTrainingHas_IsRefused()
    {
        using var folder = new TemporaryFolder();
        using var held = new DiskFolder(folder.File("state"));
        Assert.Contains("another training uses this folder", Assert.Throws<InputException>(() => Resume(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WhoseTimeIsOver_SaysHowToGoOn()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<TrainingStoppedException>(() => Trainer.Train(Rows, Features, Options with { Checkpoint = folder.File("state"), MaxRuntime = TimeSpan.FromMilliseconds(1) }));
        Assert.Contains("repeat the command", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_UnderChaos_GivesTheSameFingerprintAndLedger()
    {
        var whole = Trainer.Train(Rows, Features, Options).Report;
        using var folder = new TemporaryFolder();
        var chaos = Trainer.Train(Rows, Features, Options with { Chaos = 4, Checkpoint = folder.File("state") }).Report;
        Assert.Equal((whole.Fingerprint, whole.Ledger.Hash, whole.Ledger.Rows), (chaos.Fingerprint, chaos.Ledger.Hash, chaos.Ledger.Rows));
        Assert.Contains(chaos.Notes, note => note.StartsWith("chaos 4:", StringComparison.Ordinal));
    }

    private static TrainingResult Resume(TemporaryFolder folder) => Trainer.Train(Rows, Features, Options with { Checkpoint = folder.File("state") });

    /// <summary>Stops a training when it opens its last partition, so that blocks of the second pass are on the disk.</summary>
    private static void Stop(TemporaryFolder folder)
    {
        var counted = new StoppingFile(int.MaxValue, null);
        Train(counted, Options, CancellationToken.None);
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Train(new StoppingFile(counted.Opened, source), Options with { Checkpoint = folder.File("state") }, source.Token));
    }

    private static void Train(StoppingFile file, TrainingOptions options, CancellationToken cancellation)
    {
        using var input = InputSet.Create([file], new ColumnChoice());
        Trainer.Train(input, options, null, cancellation);
    }

    /// <summary>The rows; the n-th reader that is opened cancels the training.</summary>
    private sealed class StoppingFile(int opens, CancellationTokenSource? source) : InputFile(new MemoryInputFile(Rows, Features).Source, "memory")
    {
        private readonly MemoryInputFile inner = new(Rows, Features);

        public int Opened { get; private set; }

        public override IReadOnlyList<InputColumn> Columns => inner.Columns;

        public override bool HasColumnNames => false;

        public override long? RowCount => inner.RowCount;

        public override IRowReader OpenRows(FileRange range, ColumnSelection selection, ColumnTransform transform)
        {
            if (++Opened == opens)
            {
                source!.Cancel();
            }

            return inner.OpenRows(range, selection, transform);
        }

        public override IValueReader OpenValues(FileRange range, IReadOnlyList<int> ordinals) => inner.OpenValues(range, ordinals);
    }
}
