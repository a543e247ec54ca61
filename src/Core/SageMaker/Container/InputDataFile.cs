using System.Text.Json;
using KMeans.Coordination;

namespace KMeans.SageMaker;

/// <summary>inputdataconfig.json: the channels of a job.</summary>
internal static class InputDataFile
{
    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The training channel, and the test channel where there is one.</returns>
    /// <exception cref="InputException">It cannot be read, there is no training channel or one that is not known, or one is wrong.</exception>
    public static (Channel Train, Channel? Test) Read(string path)
    {
        using var document = ConfigurationFile.Read(path);
        var channels = new Dictionary<string, Channel>(StringComparer.Ordinal);
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (member.Name is not (Channel.Train or Channel.Test))
            {
                throw ChannelContent.Refuse(member.Name, $"Additional properties are not allowed ('{member.Name}' was unexpected); k-means has the channels {Channel.Train} and {Channel.Test}");
            }

            channels.Add(member.Name, Parse(path, member.Name, member.Value));
        }

        return (channels.GetValueOrDefault(Channel.Train) ?? throw ChannelContent.Refuse(Channel.Train, $"'{Channel.Train}' is a required property; give the job a channel of this name"),
            channels.GetValueOrDefault(Channel.Test));
    }

    private static Channel Parse(string path, string name, JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw ChannelContent.Refuse(name, "must be an object");
        }

        return new Channel
        {
            Name = name,
            Content = ChannelContent.Parse(ConfigurationFile.Text(path, element, "ContentType"), name),
            Mode = Choice(path, element, name, "TrainingInputMode", ("File", ChannelInputMode.File), ("FastFile", ChannelInputMode.FastFile), ("Pipe", ChannelInputMode.Pipe)),
            Distribution = Choice(path, element, name, "S3DistributionType", ("FullyReplicated", DataDistribution.FullyReplicated), ("ShardedByS3Key", DataDistribution.ShardedByKey)),
            IsWrapped = Choice(path, element, name, "RecordWrapperType", ("None", false), ("RecordIO", true)),
        };
    }

    /// <summary>One of a few words; the first is the default.</summary>
    private static T Choice<T>(string path, JsonElement element, string channel, string name, params (string Word, T Meaning)[] choices)
    {
        if (ConfigurationFile.Text(path, element, name) is not { Length: > 0 } text)
        {
            return choices[0].Meaning;
        }

        var index = Array.FindIndex(choices, choice => choice.Word == text);
        return index >= 0
            ? choices[index].Meaning
            : throw ChannelContent.Refuse(channel, $"{name} '{text}' is not one of [{string.Join(", ", choices.Select(choice => $"'{choice.Word}'"))}]");
    }
}
