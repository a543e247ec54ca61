using System.Diagnostics;
using KMeans.Client.Tests.Malformed;
using KMeans.Client.Tests.Support;

namespace KMeans.Client.Tests;

/// <summary>Files that no reading of their format allows: one line that names the file, exit code 2, nothing written, no wait.</summary>
public sealed class MalformedInputTests : IDisposable
{
    private const int AtOnce = 2;

    private static readonly Dictionary<string, Func<IEnumerable<MalformedInput>>> Corpora = new()
    {
        ["csv"] = TextCorpus.Csv,
        ["csv.gz"] = TextCorpus.Gzip,
        ["weights"] = TextCorpus.Weights,
        ["npy"] = ArrayCorpus.Npy,
        ["fvecs and bvecs"] = ArrayCorpus.Vecs,
        ["idx"] = ArrayCorpus.Idx,
        ["recordio"] = RecordCorpus.RecordIO,
        ["parquet frame"] = ParquetCorpus.Frame,
        ["parquet footer"] = ParquetCorpus.Footer,
        ["parquet pages"] = ParquetCorpus.Pages,
        ["folders"] = FolderCorpus.Folders,
    };

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Names => new(Corpora.Keys);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Corpus_HasAtLeastTwoHundredInputs() => Assert.InRange(Corpora.Values.Sum(corpus => corpus().Count()), 200, 1000);

    [Theory]
    [MemberData(nameof(Names))]
    public void Train_OnMalformedInput_IsOneLineAndExitCode2(string corpus) => AssertAllRefused(Corpora[corpus]());

    [Fact]
    public void ScoreAndPredict_WithADamagedModel_IsOneLineAndExitCode2()
    {
        folder.WriteCsv("rows.csv", 40);
        Assert.Equal(0, RunKMeans.In(folder, "train", "--input", "rows.csv", "--columns", "x,y", "--k", "2", "--output", "good").ExitCode);
        AssertAllRefused(FolderCorpus.Models(folder["good"]));
    }

    /// <summary>The frame that the malformed Parquet files are made of is right, so what is wrong in them is what their names say.</summary>
    [Fact]
    public void Inspect_OnTheFileBeforeItsDamage_Works()
    {
        File.WriteAllBytes(folder["rows.parquet"], ParquetCorpus.Good);
        File.WriteAllBytes(folder["rows.npy"], ArrayCorpus.Array("(4, 2)"));
        Assert.Equal((0, ""), Both(RunKMeans.In(folder, "inspect", "--input", "rows.parquet")));
        Assert.Equal((0, ""), Both(RunKMeans.In(folder, "inspect", "--input", "rows.npy")));

        static (int, string) Both(Ran ran) => (ran.ExitCode, ran.Error);
    }

    private void AssertAllRefused(IEnumerable<MalformedInput> inputs)
    {
        var complaints = new List<string>();
        Parallel.ForEach(inputs.Index(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, item =>
        {
            if (Complaint(item.Item, folder[$"input-{item.Index}"]) is { } complaint)
            {
                lock (complaints)
                {
                    complaints.Add($"{item.Item.Name}: {complaint}");
                }
            }
        });
        Assert.True(complaints.Count == 0, string.Join(Environment.NewLine, complaints));
    }

    /// <summary>What the program did wrong, or null.</summary>
    private static string? Complaint(MalformedInput input, string place)
    {
        foreach (var (name, content) in input.Files)
        {
            var path = Path.Combine(place, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }

        var before = Entries(place);
        var clock = Stopwatch.StartNew();
        var ran = BriefRun.In(place, input.Arguments);
        var line = ran.Error.TrimEnd('\r', '\n');
        return ran switch
        {
            { ExitCode: not 2 } => $"exit code {ran.ExitCode}: {ran.Error}{ran.Output}",
            { Output: not "" } => $"output: {ran.Output}",
            _ when !line.StartsWith("kmeans: ", StringComparison.Ordinal) || line.Any(char.IsControl) => $"not one line: {ran.Error}",
            _ when !line.Contains(input.Culprit, StringComparison.Ordinal) => $"does not name {input.Culprit}: {line}",
            _ when line.Contains("Exception", StringComparison.Ordinal) || line.Contains("   at ", StringComparison.Ordinal) => $"shows its insides: {line}",
            _ when !Entries(place).SequenceEqual(before) => $"left behind: {string.Join(", ", Entries(place).Except(before))}",
            _ when clock.Elapsed > BriefRun.Longest => $"took {clock.Elapsed.TotalSeconds:0.0} s",
            _ => null,
        };
    }

    private static string[] Entries(string place) => [.. Directory.EnumerateFileSystemEntries(place, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
