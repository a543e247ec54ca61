using System.Text;
using KMeans.Http.Tests.Support;
using KMeans.SageMaker;

namespace KMeans.Http.Tests.Container;

/// <summary>A job that is wrong in one way.</summary>
/// <param name="Name">What is wrong, for the test's failures.</param>
/// <param name="Reason">What the documented error must have in it.</param>
/// <param name="Change">Makes a job that is right wrong.</param>
internal sealed record MalformedJob(string Name, string Reason, Action<ContainerRoot> Change)
{
    /// <summary>A file of the configuration with another content.</summary>
    public static MalformedJob Configuration(Func<ContainerPaths, string> file, string reason, string content) =>
        new(content.Length > 60 ? content[..60] : content, reason, root => File.WriteAllText(file(root.Paths), content));

    /// <summary>A training file with another content.</summary>
    public static MalformedJob Data(string name, string reason, byte[] content, string? contentType = null) => new(name, reason, root =>
    {
        if (contentType is not null)
        {
            Train(root, contentType);
        }

        root.Put(Channel.Train, "part-0", content);
    });

    /// <summary>A training file of text.</summary>
    public static MalformedJob Csv(string text, string reason, string contentType = "text/csv;label_size=0") => Data($"{contentType}: {text}", reason, Encoding.UTF8.GetBytes(text), contentType);

    /// <summary>A pipe that gives other bytes than it should.</summary>
    public static MalformedJob Pipe(string name, string reason, byte[] content, string contentType = "application/x-recordio-protobuf", string wrapper = "None") => new(name, reason, root =>
    {
        ContainerRoot.Write(root.Paths.InputData, new Dictionary<string, object>
        {
            [Channel.Train] = new Dictionary<string, string> { ["ContentType"] = contentType, ["TrainingInputMode"] = "Pipe", ["RecordWrapperType"] = wrapper },
        });
        _ = root.Pipe(Channel.Train, content);
    });

    /// <summary>Says what the training files are.</summary>
    private static void Train(ContainerRoot root, string contentType) =>
        ContainerRoot.Write(root.Paths.InputData, new Dictionary<string, object> { [Channel.Train] = new Dictionary<string, string> { ["ContentType"] = contentType, ["TrainingInputMode"] = "File" } });
}
