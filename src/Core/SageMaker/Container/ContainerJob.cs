namespace KMeans.SageMaker;

/// <summary>Everything that the platform tells a training container.</summary>
/// <param name="Hyperparameters">What to train.</param>
/// <param name="Train">What on.</param>
/// <param name="Test">What costs are computed on, or null.</param>
/// <param name="Hosts">Who takes part.</param>
public sealed record ContainerJob(Hyperparameters Hyperparameters, Channel Train, Channel? Test, ContainerHosts Hosts)
{
    /// <summary>Reads it before any work.</summary>
    /// <param name="paths">Where it is.</param>
    /// <param name="strictDefaults">As in <see cref="Hyperparameters.Parse"/>.</param>
    /// <returns>The job. Without resourceconfig.json there is one host, without inputdataconfig.json the channels that have a folder, of the default type.</returns>
    /// <exception cref="InputException">All that is wrong in all files, in one line.</exception>
    public static ContainerJob Read(ContainerPaths paths, bool strictDefaults)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var errors = new List<string>();
        var hyperparameters = Attempt(errors, () => Hyperparameters.Parse(HyperparameterFile.Read(paths.Hyperparameters), strictDefaults));
        var channels = Attempt(errors, () => File.Exists(paths.InputData) ? Box(InputDataFile.Read(paths.InputData)) : Box((Folder(paths, Channel.Train)!, Folder(paths, Channel.Test))));
        var hosts = Attempt(errors, () => File.Exists(paths.Resources) ? ContainerHosts.Read(paths.Resources) : ContainerHosts.Alone);
        if (errors.Count > 0)
        {
            throw new InputException(string.Join("; ", errors));
        }

        var (train, test) = channels!.Value;
        return new ContainerJob(hyperparameters!, train ?? throw new InputException($"ClientError: {paths.Channel(Channel.Train)}: no such folder, and no {paths.InputData}; mount the training data there."), test, hosts!);
    }

    private static (Channel Train, Channel? Test)? Box((Channel Train, Channel? Test) channels) => channels;

    private static Channel? Folder(ContainerPaths paths, string name) =>
        Directory.Exists(paths.Channel(name)) ? new Channel { Name = name, Content = ChannelContent.Parse(null, name) } : null;

    private static T? Attempt<T>(List<string> errors, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InputException e)
        {
            errors.Add(e.Message);
            return default;
        }
    }
}
