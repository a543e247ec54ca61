using System.Text.Json;
using System.Text.Json.Serialization;
using KMeans.Coordination;
using KMeans.Jobs;
using KMeans.Training;

namespace KMeans.Http.Service.Engine;

/// <summary>What the disk knows of a job of this process.</summary>
internal sealed record LocalJobFile
{
    private const string Name = "job.json";

    /// <summary>The request, as JobRequestCodec writes it.</summary>
    public required string Request { get; init; }

    /// <summary>When it was submitted.</summary>
    public required DateTimeOffset Submitted { get; init; }

    /// <summary>How often it was begun or taken up again.</summary>
    public long Term { get; init; }

    /// <summary>Where it is.</summary>
    public JobState State { get; init; }

    /// <summary>When it ended, or null.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Why it failed, or null.</summary>
    public string? Message { get; init; }

    /// <summary>Whether the machine is to blame.</summary>
    public bool IsMachineFault { get; init; }

    /// <summary>What was done, once it is finished.</summary>
    public TrainingReport? Report { get; init; }

    /// <summary>Reads a job's file.</summary>
    /// <param name="folder">The job's folder.</param>
    /// <returns>What is known; null where there is none.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static LocalJobFile? Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, LocalJobJson.Default.LocalJobFile);
        }
        catch (JsonException e)
        {
            throw new IOException($"{path}: is damaged ({e.Message.TrimEnd('.')}); restore it, or remove the folder and submit the job again", e);
        }
    }

    /// <summary>Writes a job's file; on return it is on the disk, whole.</summary>
    /// <param name="folder">The job's folder, held.</param>
    public void Write(ICheckpointFolder folder) => folder.Write(Name, stream => JsonSerializer.Serialize(stream, this, LocalJobJson.Default.LocalJobFile));
}

/// <summary>The JSON of such files, generated at build.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(LocalJobFile))]
internal sealed partial class LocalJobJson : JsonSerializerContext;
