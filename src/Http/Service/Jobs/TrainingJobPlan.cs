using System.Text.RegularExpressions;
using KMeans.Http.Service.Api;
using KMeans.Http.Workers;
using KMeans.SageMaker;

namespace KMeans.Http.Service.Jobs;

/// <summary>A channel of a training job.</summary>
/// <param name="Source">The s3:// address or the path of its data, below the roots.</param>
/// <param name="IsManifest">Whether the source is a list of files.</param>
/// <param name="Channel">Its name and what its files are.</param>
/// <param name="ShuffleSeed">ShuffleConfig's: shuffles the order of its files; null for the order of their names.</param>
internal sealed record PlannedChannel(string Source, bool IsManifest, Channel Channel, long? ShuffleSeed);

/// <summary>What a CreateTrainingJob asks for, checked before anything is stored: a wrong name, hyperparameter or place is known at once and not after the job has waited.</summary>
internal sealed partial record TrainingJobPlan
{
    private const int MostInstances = 1024;

    /// <summary>The job's name.</summary>
    public required string Name { get; init; }

    /// <summary>The hyperparameters.</summary>
    public required Hyperparameters Hyperparameters { get; init; }

    /// <summary>What is trained on.</summary>
    public required PlannedChannel Train { get; init; }

    /// <summary>What costs are computed on, or null.</summary>
    public PlannedChannel? Test { get; init; }

    /// <summary>Where the model goes: the address or path that the job's name is put behind.</summary>
    public required string OutputPath { get; init; }

    /// <summary>Shards, or workers.</summary>
    public required int InstanceCount { get; init; }

    /// <summary>How long it may run.</summary>
    public required TimeSpan MaxRuntime { get; init; }

    /// <summary>Its tags.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <summary>Where the archive of the model goes.</summary>
    public string ArtifactPath => $"{OutputPath.TrimEnd('/')}/{Name}/output/model.tar.gz";

    /// <summary>Reads and checks a request.</summary>
    /// <param name="fields">The request.</param>
    /// <param name="roots">Where jobs may read and write.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ApiException">A member is missing or wrong.</exception>
    /// <exception cref="InputException">A hyperparameter or a content type is wrong, or a place is outside the roots.</exception>
    public static TrainingJobPlan Parse(ApiFields fields, DataRoots roots)
    {
        var name = fields.RequireName("TrainingJobName");
        RequireRole(fields);
        RequireAlgorithm(fields.RequireObject("AlgorithmSpecification"));
        var channels = Channels(fields, roots);
        var output = fields.RequireObject("OutputDataConfig");
        output.Choice("CompressionType", "GZIP");
        var stopping = fields.Object("StoppingCondition");
        return new TrainingJobPlan
        {
            Name = name,
            Hyperparameters = Hyperparameters.Parse(fields.Map("HyperParameters", 100, 256, 2500)),
            Train = channels.GetValueOrDefault(Channel.Train) ?? throw ApiErrors.Validation("InputDataConfig has no channel 'train', which the model is trained on."),
            Test = channels.GetValueOrDefault(Channel.Test),
            OutputPath = Place(output.RequireText("S3OutputPath"), "outputDataConfig.s3OutputPath", roots),
            InstanceCount = Instances(fields.RequireObject("ResourceConfig")),
            MaxRuntime = TimeSpan.FromSeconds(stopping?.Whole("MaxRuntimeInSeconds", 1, 2_419_200) ?? 86_400),
            Tags = ReadTags(fields),
        };
    }

    /// <summary>Reads tags.</summary>
    /// <param name="fields">The request that has them.</param>
    /// <returns>By name.</returns>
    /// <exception cref="ApiException">One is wrong, or there are more than 50.</exception>
    public static IReadOnlyDictionary<string, string> ReadTags(ApiFields fields)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in fields.Objects("Tags", 50))
        {
            if (!tags.TryAdd(tag.RequireText("Key", 128), tag.Text("Value", 256) ?? throw ApiErrors.Missing("tags.value")))
            {
                throw ApiErrors.Validation($"The tag '{tag.Text("Key")}' is given twice.");
            }
        }

        return tags;
    }

    /// <summary>Insists that a place is below the roots.</summary>
    /// <param name="uri">s3://bucket/key, or file:///path.</param>
    /// <param name="member">Where it was given, for messages.</param>
    /// <param name="roots">The roots.</param>
    /// <returns>The address, or the path of the file system.</returns>
    /// <exception cref="ApiException">It is no such address, or outside.</exception>
    public static string Place(string uri, string member, DataRoots roots)
    {
        if (uri.Any(char.IsControl))
        {
            throw ApiErrors.Constraint(uri, member, "Member must not have control characters");
        }

        string place;
        if (uri.StartsWith("s3://", StringComparison.Ordinal))
        {
            place = uri;
        }
        else if (uri.StartsWith("file:///", StringComparison.Ordinal) && Uri.TryCreate(uri, UriKind.Absolute, out var address) && address is { Query: "", Fragment: "" } && !address.LocalPath.Contains('\0', StringComparison.Ordinal))
        {
            place = address.LocalPath;
        }
        else
        {
            throw ApiErrors.Constraint(uri, member, "Member must be s3://BUCKET/KEY, or file:///PATH below a data root of this service");
        }

        try
        {
            roots.Require(place);
            return place;
        }
        catch (InputException e)
        {
            throw ApiErrors.Validation($"{member}: {e.Message}");
        }
    }

    /// <summary>The role is not used here, but scripts that leave it out would fail elsewhere.</summary>
    private static void RequireRole(ApiFields fields)
    {
        var role = fields.RequireText("RoleArn", 2048);
        if (!RolePattern().IsMatch(role))
        {
            throw ApiErrors.Constraint(role, "roleArn", @"Member must satisfy regular expression pattern: ^arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+$");
        }
    }

    private static void RequireAlgorithm(ApiFields algorithm)
    {
        algorithm.RequireChoice("TrainingInputMode", "File", "Pipe", "FastFile");
        var image = algorithm.Text("TrainingImage", 255) ?? algorithm.Text("AlgorithmName", 170)
            ?? throw ApiErrors.Validation("AlgorithmSpecification must have a TrainingImage or an AlgorithmName.");
        RequireImage(image);
    }

    /// <summary>Insists on an image of this algorithm, of whatever registry.</summary>
    /// <param name="image">Its name.</param>
    /// <exception cref="ApiException">It is another's.</exception>
    public static void RequireImage(string image)
    {
        var repository = image[(image.LastIndexOf('/') + 1)..].Split(':', '@')[0];
        if (repository != "kmeans")
        {
            throw ApiErrors.Validation($"This service runs k-means alone: give an image of the repository 'kmeans', not '{repository}'.");
        }
    }

    private static Dictionary<string, PlannedChannel> Channels(ApiFields fields, DataRoots roots)
    {
        var channels = new Dictionary<string, PlannedChannel>(StringComparer.Ordinal);
        foreach (var channel in fields.Objects("InputDataConfig", 20))
        {
            var name = channel.RequireText("ChannelName", 64);
            if (name is not (Channel.Train or Channel.Test))
            {
                throw ApiErrors.Validation($"InputDataConfig: k-means has the channels 'train' and 'test', not '{name}'.");
            }

            channel.Choice("CompressionType", "None", "Gzip");
            channel.Choice("RecordWrapperType", "None");
            channel.Choice("InputMode", "File", "Pipe", "FastFile");
            var source = channel.RequireObject("DataSource").Object("S3DataSource")
                ?? throw ApiErrors.Validation($"InputDataConfig, channel '{name}': give an S3DataSource; this service has no other kind.");
            var isManifest = source.RequireChoice("S3DataType", "S3Prefix", "ManifestFile") == "ManifestFile";
            source.Choice("S3DataDistributionType", "FullyReplicated", "ShardedByS3Key");
            var content = ChannelContent.Parse(channel.Text("ContentType", 256), name);
            var planned = new PlannedChannel(Place(source.RequireText("S3Uri"), $"inputDataConfig.{name}.s3Uri", roots), isManifest, new Channel { Name = name, Content = content }, channel.Object("ShuffleConfig")?.RequireWhole("Seed", long.MinValue, long.MaxValue));
            if (!channels.TryAdd(name, planned))
            {
                throw ApiErrors.Validation($"InputDataConfig has the channel '{name}' twice.");
            }
        }

        return channels;
    }

    private static int Instances(ApiFields resources)
    {
        var groups = resources.Objects("InstanceGroups", 5);
        var count = groups.Count > 0 ? groups.Sum(group => group.RequireWhole("InstanceCount", 1, MostInstances)) : resources.RequireWhole("InstanceCount", 1, MostInstances);
        return (int)Math.Min(count, MostInstances);
    }

    [GeneratedRegex(@"^arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+$", RegexOptions.ECMAScript | RegexOptions.CultureInvariant, 100)]
    private static partial Regex RolePattern();
}
