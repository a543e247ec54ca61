using KMeans.Http.Workers;
using KMeans.Input;
using KMeans.Jobs;
using KMeans.Models;
using KMeans.SageMaker;
using KMeans.Storage;

namespace KMeans.Http.Service.Jobs;

/// <summary>Finds the files that a job's channels mean, and looks at them before the training begins.</summary>
/// <param name="roots">Where jobs may read.</param>
internal sealed class TrainingJobInput(DataRoots roots)
{
    /// <summary>Where jobs may read and write.</summary>
    public DataRoots Roots => roots;

    /// <summary>What the engine is asked for.</summary>
    /// <param name="plan">The job.</param>
    /// <returns>The request.</returns>
    /// <exception cref="InputException">A manifest is wrong.</exception>
    public JobRequest Request(TrainingJobPlan plan) => new()
    {
        Paths = Paths(plan.Train.Source, plan.Train.IsManifest),
        Format = plan.Train.Channel.Content.Format,
        Choice = plan.Train.Channel.Content.Choice,
        FileOrderSeed = plan.Train.ShuffleSeed,
        Options = plan.Hyperparameters.Options with { Shards = plan.InstanceCount },
    };

    /// <summary>Looks at the input: whether it is there, can be read, and is as wide as feature_dim says.</summary>
    /// <param name="plan">The job.</param>
    /// <param name="request">What the engine is asked for.</param>
    /// <exception cref="InputException">It is not.</exception>
    public void Check(TrainingJobPlan plan, JobRequest request)
    {
        using var input = InputSet.Create([.. roots.Open(request.Paths, request.Format).Select(each => each.File)], request.Choice);
        ChannelInput.Check(input, plan.Train.Channel, plan.Hyperparameters.FeatureDim);
    }

    /// <summary>Opens what a model's cost is computed on: columns with names match the model's by name, others by position behind the labels.</summary>
    /// <param name="test">The channel.</param>
    /// <param name="model">The model.</param>
    /// <returns>The rows, to be disposed.</returns>
    /// <exception cref="InputException">There is no file, one cannot be read, or lacks a column.</exception>
    public InputSet OpenTest(PlannedChannel test, TrainedModel model)
    {
        IReadOnlyList<InputFile> files = [.. roots.Open(Paths(test.Source, test.IsManifest), test.Channel.Content.Format).Select(each => each.File)];
        var input = model.ColumnsAreNamed ? InputSet.Match(files, model.Columns, columnsAreNamed: true, test.Channel.Content.Choice) : InputSet.Create(files, test.Channel.Content.Choice);
        try
        {
            ChannelInput.Check(input, test.Channel, model.FeatureCount);
            return input;
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>What a source means for discovery.</summary>
    /// <param name="source">An address or a path.</param>
    /// <param name="isManifest">Whether it is a list of files.</param>
    /// <returns>Paths, folders and globs.</returns>
    /// <exception cref="InputException">The manifest is wrong.</exception>
    public IReadOnlyList<string> Paths(string source, bool isManifest) =>
        // A prefix is the beginning of names; in a file system what exists of that name is meant, or else what begins so.
        isManifest ? Manifest(source) : [ObjectPath.Is(source) || Path.Exists(source) ? source : source + "*"];

    private List<string> Manifest(string path)
    {
        roots.Require(path);
        using var source = ObjectStores.Open(path);
        if (source.Length > ChannelManifest.MostBytes)
        {
            throw new InputException($"ClientError: {path}: the manifest has more than {ChannelManifest.MostBytes} bytes.");
        }

        var bytes = new byte[source.Length];
        source.ReadExactly(0, bytes, "the manifest");
        try
        {
            return [.. ChannelManifest.Parse(bytes, path, takesFiles: true).Select(uri => TrainingJobPlan.Place(uri, "manifest", roots))];
        }
        catch (Api.ApiException e)
        {
            throw new InputException($"{path}: {e.Message}", e);
        }
    }
}
