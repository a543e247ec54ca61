using System.Runtime.InteropServices;
using System.Text.Json;
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

    /// <summary>Rows [first, first + count) of one sequence, around ten centers, as recordIO.</summary>
    public static byte[] Records(int first, int count)
    {
        using var stream = new MemoryStream();
        var writer = new RecordWriter(stream);
        var row = new float[Features];
        for (var i = first; i < first + count; i++)
        {
            var random = new Random(i);
            for (var f = 0; f < Features; f++)
            {
                row[f] = (i % 10 * 3) + (f % 3) + random.NextSingle();
            }

            writer.Add<float>(RecordField.Features, RecordWriter.Values, row);
            writer.Add<float>(RecordField.Label, RecordWriter.Values, [i % 10]);
            writer.EndRecord();
        }

        return stream.ToArray();
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

        Write(Paths.InputData, new Dictionary<string, object> { [Channel.Train] = channel, [Channel.Test] = new Dictionary<string, string> { ["TrainingInputMode"] = "File" } });
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
