using System.Text.Json;
using System.Text.Json.Serialization;
using KMeans.Training;

namespace KMeans.Jobs;

/// <summary>Writes requests as JSON and reads them back, checked: they come from other machines.</summary>
internal static class JobRequestCodec
{
    /// <summary>Characters of the longest request that is taken.</summary>
    public const int MostCharacters = 1 << 20;

    /// <summary>Writes a request.</summary>
    /// <param name="request">The request.</param>
    /// <returns>One JSON object.</returns>
    /// <exception cref="InputException">It asks for what no job on other machines can have.</exception>
    public static string Write(JobRequest request)
    {
        Require(request);
        return JsonSerializer.Serialize(request, JobJson.Default.JobRequest);
    }

    /// <summary>Reads a request.</summary>
    /// <param name="text">What <see cref="Write"/> wrote.</param>
    /// <returns>The request; its options are in their ranges.</returns>
    /// <exception cref="InputException">It is not well formed.</exception>
    public static JobRequest Read(string text)
    {
        if (text is not { Length: > 0 and <= MostCharacters })
        {
            throw new InputException($"the request: has {text?.Length ?? 0} characters where 1 to {MostCharacters} are taken; name a folder or a glob instead of many files.");
        }

        try
        {
            var request = JsonSerializer.Deserialize(text, JobJson.Default.JobRequest) ?? throw new InputException("the request: is empty; send one JSON object.");
            Require(request);
            return request;
        }
        catch (JsonException e)
        {
            throw new InputException($"the request: is not what a job is asked for with ({e.Message.TrimEnd('.')}); use the same release everywhere.", e);
        }
    }

    private static void Require(JobRequest request)
    {
        if (request.Paths is not { Count: > 0 } || request.Paths.Any(string.IsNullOrEmpty) || request.Format is null || request.Choice is null || request.Options is null)
        {
            throw new InputException("--input: names no file; name a file, folder or glob that the cluster's machines see.");
        }

        var options = request.Options;
        var refused = options.Checkpoint is not null ? ("--checkpoint", "a cluster keeps its jobs' state itself")
            : options.Chaos is not null ? ("--chaos", "is for instances in one process")
            : options.MaxRuntime is not null ? ("--max-runtime", "a cluster's job goes on until it is done or stopped by kmeans stop")
            : options.Threads is not null ? ("--threads", "a silo has its own setting")
            : options.MemoryLimitBytes is not null ? ("--memory-limit", "a silo has its own setting")
            : default;
        if (refused.Item1 is not null)
        {
            throw new InputException($"{refused.Item1}: {refused.Item2}; leave it out.");
        }

        OptionsValidator.Validate(options);
    }
}

/// <summary>The JSON of jobs, generated at build.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(JobRequest))]
[JsonSerializable(typeof(TrainingReport))]
internal sealed partial class JobJson : JsonSerializerContext;
