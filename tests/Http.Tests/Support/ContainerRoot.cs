using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using KMeans.Input.Parquet;
using KMeans.Input.RecordIO;
using KMeans.SageMaker;

namespace KMeans.Http.Tests.Support;

/// <summary>The folders below /opt/ml of one host, filled as the platform fills them.</summary>
internal sealed partial class ContainerRoot
{
    public const int Features = 6;

    private const int OwnerOnly = 0b110_000_000;

    public ContainerRoot(Folder folder, string name)
    {
        Paths = new ContainerPaths(folder[name]);
        foreach (var path in new[] { Path.GetDirectoryName(Paths.InputData)!, Paths.Data, Paths.Model, Path.GetDirectoryName(Paths.Failure)! })
        {
            Directory.CreateDirectory(path);
        }
    }

    public ContainerPaths Paths { get; }

    public string FailureText => File.Exists(Paths.Failure) ? File.ReadAllText(Paths.Failure) : "";

    /// <summary>Rows [first, first + count) of one sequence, around ten centers, as recordIO with labels.</summary>
    public static byte[] Records(int first, int count)
    {
        using var stream = new MemoryStream();
        var writer = new RecordWriter(stream);
        for (var i = first; i < first + count; i++)
        {
            writer.Add<float>(RecordField.Features, RecordWriter.Values, Row(i));
            writer.Add<float>(RecordField.Label, RecordWriter.Values, [i % 10]);
            writer.EndRecord();
        }

        return stream.ToArray();
    }

    /// <summary>The same rows as CSV, behind their labels where they have them.</summary>
    public static byte[] Csv(int first, int count, bool withLabels) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(first, count)
        .Select(i => string.Create(CultureInfo.InvariantCulture, $"{(withLabels ? $"{i % 10}," : "")}{string.Join(',', Row(i).Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}\n"))));

    /// <summary>The same rows as Parquet.</summary>
    public static byte[] Parquet(int first, int count)
    {
        using var stream = new MemoryStream();
        using var writer = new ParquetWriter(stream, Enumerable.Range(0, Features).Select(f => new ParquetWriterColumn($"c{f}", ParquetWriterType.Real32)));
        var rows = Enumerable.Range(first, count).Select(Row).ToList();
        writer.WriteRowGroup(count, [.. Enumerable.Range(0, Features).Select(f => ParquetColumnData.Of(rows.Select(row => row[f]).ToArray()))]);
        writer.Finish();
        return stream.ToArray();
    }

    private static float[] Row(int i)
    {
        var random = new Random(i);
        return [.. Enumerable.Range(0, Features).Select(f => (i % 10 * 3) + (f % 3) + random.NextSingle())];
    }

    /// <summary>The three files of the contract.</summary>
    public ContainerRoot Configure(string current, string[] hosts, Dictionary<string, string>? hyperparameters = null, string mode = "File", string distribution = "FullyReplicated", string? contentType = null)
    {
        Write(Paths.Hyperparameters, new Dictionary<string, string>(hyperparameters ?? []) { ["k"] = "10", ["feature_dim"] = $"{Features}", ["force_dense"] = "True" });
        var channel = new Dictionary<string, string> { ["TrainingInputMode"] = mode, ["S3DistributionType"] = distribution, ["RecordWrapperType"] = "None" };
        if (contentType is not null)
        {
            channel["ContentType"] = contentType;
        }

        var test = new Dictionary<string, string>(channel) { ["TrainingInputMode"] = "File", ["S3DistributionType"] = "FullyReplicated" };
        Write(Paths.InputData, new Dictionary<string, object> { [Channel.Train] = channel, [Channel.Test] = test });
        Write(Paths.Resources, new Dictionary<string, object> { ["current_host"] = current, ["hosts"] = hosts, ["network_interface_name"] = "eth0" });
        return this;
    }

    public ContainerRoot Put(string channel, string name, byte[] content)
    {
        var path = Path.Combine(Paths.Channel(channel), name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return this;
    }

    /// <summary>Makes the pipe of the first epoch and writes to it once somebody reads.</summary>
    public Task Pipe(string channel, byte[] content)
    {
        var path = Paths.Pipe(channel, 0);
        Assert.Equal(0, MakePipe(path, OwnerOnly));
        return Task.Factory.StartNew(
            () =>
            {
                using var pipe = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 1);
                pipe.Write(content);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public static void Write(string path, object content) => File.WriteAllText(path, JsonSerializer.Serialize(content));

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MakePipe(string path, int mode);
}
