using System.Text.Json;
using KMeans.Http.Workers;
using KMeans.Input;
using KMeans.Jobs;
using KMeans.Storage;

namespace KMeans.Http.Service.Jobs;

/// <summary>Finds the files that a job's channels mean, and looks at them before the training begins.</summary>
/// <param name="roots">Where jobs may read.</param>
internal sealed class TrainingJobInput(DataRoots roots)
{
    /// <summary>Where jobs may read and write.</summary>
    public DataRoots Roots => roots;

    private const int MostManifestBytes = 16 << 20;

    /// <summary>What the engine is asked for.</summary>
    /// <param name="plan">The job.</param>
    /// <returns>The request.</returns>
    /// <exception cref="InputException">A manifest is wrong.</exception>
    public JobRequest Request(TrainingJobPlan plan) => new()
    {
        Paths = Paths(plan.Train.Source, plan.Train.IsManifest),
        Format = plan.Train.Content.Format,
        Choice = plan.Train.Content.Choice,
        Options = plan.Hyperparameters.Options with { Shards = plan.InstanceCount, MeasuresQuality = false },
    };

    /// <summary>Looks at the input: whether it is there, can be read, and is as wide as feature_dim says.</summary>
    /// <param name="plan">The job.</param>
    /// <param name="request">What the engine is asked for.</param>
    /// <exception cref="InputException">It is not.</exception>
    public void Check(TrainingJobPlan plan, JobRequest request)
    {
        using var input = InputSet.Create([.. roots.Open(request.Paths, request.Format).Select(each => each.File)], request.Choice);
        if (input.FeatureCount != plan.Hyperparameters.FeatureDim)
        {
            throw new InputException($"{input.Files[0].Path}: has {input.FeatureCount} features where feature_dim is {plan.Hyperparameters.FeatureDim}; correct feature_dim, or the channel's ContentType (text/csv;label_size=0 where there is no label).");
        }
    }

    /// <summary>Opens the files of a channel.</summary>
    /// <param name="channel">The channel.</param>
    /// <returns>At least one.</returns>
    /// <exception cref="InputException">There is none, or one cannot be read.</exception>
    public IReadOnlyList<InputFile> Open(PlannedChannel channel) => [.. roots.Open(Paths(channel.Source, channel.IsManifest), channel.Content.Format).Select(each => each.File)];

    /// <summary>What a source means for discovery.</summary>
    /// <param name="source">An address or a path.</param>
    /// <param name="isManifest">Whether it is a list of files.</param>
    /// <returns>Paths, folders and globs.</returns>
    /// <exception cref="InputException">The manifest is wrong.</exception>
    public IReadOnlyList<string> Paths(string source, bool isManifest) =>
        // A prefix is the beginning of names; in a file system what exists of that name is meant, or else what begins so.
        isManifest ? Manifest(source) : [ObjectPath.Is(source) || Path.Exists(source) ? source : source + "*"];

    /// <summary>Reads a manifest: a prefix, and names that are put behind it.</summary>
    private List<string> Manifest(string path)
    {
        roots.RequireWithin(path);
        using var source = ObjectStores.Open(path);
        if (source.Length > MostManifestBytes)
        {
            throw new InputException($"{path}: is larger than the {MostManifestBytes >> 20} MiB that a manifest may have.");
        }

        var bytes = new byte[source.Length];
        source.ReadExactly(0, bytes, "the manifest");
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 4 });
            var elements = document.RootElement.EnumerateArray().ToList();
            var prefix = elements[0].GetProperty("prefix").GetString()!;
            var files = new List<string>();
            foreach (var element in elements.Skip(1))
            {
                var file = TrainingJobPlan.Place(prefix + element.GetString(), "manifest", roots);
                files.Add(file);
            }

            return files.Count > 0 ? files : throw new InputException($"{path}: names no file.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentOutOfRangeException)
        {
            throw new InputException($"{path}: is no manifest; write [{{\"prefix\": \"s3://bucket/folder/\"}}, \"file\", ...].", e);
        }
        catch (Api.ApiException e)
        {
            throw new InputException($"{path}: {e.Message}", e);
        }
    }
}
