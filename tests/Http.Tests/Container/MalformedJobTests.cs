using System.Diagnostics;
using KMeans.Http.Container;
using KMeans.Http.Tests.Support;
using KMeans.SageMaker;

namespace KMeans.Http.Tests.Container;

/// <summary>Jobs that are wrong: each ends soon, with the documented error as its reason, and leaves no part of a model.</summary>
public sealed class MalformedJobTests : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private static readonly Dictionary<string, Func<IEnumerable<MalformedJob>>> Corpora = new()
    {
        ["hyperparameters"] = ConfigurationCorpus.Hyperparameters,
        ["channels"] = ConfigurationCorpus.Channels,
        ["hosts"] = ConfigurationCorpus.Hosts,
        ["records"] = DataCorpus.Records,
        ["csv"] = DataCorpus.Csv,
        ["parquet and gzip"] = DataCorpus.ParquetAndGzip,
        ["pipes"] = DataCorpus.Pipes,
    };

    private readonly Folder folder = new();

    public static TheoryData<string> Names => new(Corpora.Keys);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Corpus_HasAtLeastThreeHundredAndFiftyJobs() => Assert.InRange(Corpora.Values.Sum(corpus => corpus().Count()), 350, 1000);

    [Theory]
    [MemberData(nameof(Names))]
    public void Train_OnAMalformedJob_GivesTheDocumentedReason(string corpus)
    {
        var complaints = Corpora[corpus]().Index().Select(item => (item.Item.Name, Text: Complaint(item.Item, $"{item.Index}"))).Where(complaint => complaint.Text is not null).ToList();
        Assert.True(complaints.Count == 0, string.Join(Environment.NewLine, complaints.Select(complaint => $"{complaint.Name}: {complaint.Text}")));
    }

    /// <summary>The job that is made wrong is right.</summary>
    [Fact]
    public void Train_OnTheJobBeforeItsDamage_Works()
    {
        var root = Good("good");
        Run(root);
        Assert.True(File.Exists(Path.Combine(root.Paths.Model, "model_algo-1")));
        Assert.Equal("", root.FailureText);
    }

    /// <summary>What the container did wrong, or null.</summary>
    private string? Complaint(MalformedJob job, string name)
    {
        var root = Good(name);
        job.Change(root);
        var clock = Stopwatch.StartNew();
        try
        {
            Run(root);
            return "it trained";
        }
        catch (InputException e)
        {
            var reason = root.FailureText;
            return reason != FailureReason.Of(e) ? $"its reason is '{reason}', not {e.Message}"
                : !reason.StartsWith("ClientError: ", StringComparison.Ordinal) && !reason.StartsWith("AlgorithmError: ", StringComparison.Ordinal) ? $"of no kind: {reason}"
                : !reason.Contains(job.Reason, StringComparison.Ordinal) ? $"does not say '{job.Reason}': {reason}"
                : reason.Any(char.IsControl) ? $"not one line: {reason}"
                : Directory.EnumerateFileSystemEntries(root.Paths.Model).Any() ? "a part of a model is there"
                : Directory.EnumerateFileSystemEntries(folder["spool"]).Any() ? "the spool was left behind"
                : clock.Elapsed > Longest ? $"took {clock.Elapsed.TotalSeconds:0.0} s"
                : null;
        }
        catch (Exception e) when (e is not InputException)
        {
            return $"a fault: {e}";
        }
    }

    private ContainerRoot Good(string name) => new ContainerRoot(folder, name).Configure("algo-1", ["algo-1"]).Put(Channel.Train, "part-0", ContainerRoot.Records(0, 40)).Put(Channel.Test, "part-0", ContainerRoot.Records(0, 5));

    private void Run(ContainerRoot root)
    {
        Directory.CreateDirectory(folder["spool"]);
        using var log = new StringWriter();
        using var patience = new CancellationTokenSource(Longest);
        new ContainerTraining(new ContainerOptions { Paths = root.Paths, Spool = folder["spool"], Threads = 1 }, log, TimeProvider.System, patience.Token).Run(publish => publish());
    }
}
