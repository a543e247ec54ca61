using KMeans.Client.CommandLine;
using KMeans.Client.Display;
using KMeans.Models;

namespace KMeans.Client.Commands;

/// <summary>A model that was made of other models' states, without reading rows.</summary>
internal static class DerivedModel
{
    /// <summary>Saves it and prints what it is.</summary>
    /// <param name="interruption">What stops it before.</param>
    /// <param name="directory">Its folder to be.</param>
    /// <param name="model">The model.</param>
    /// <param name="overwrite">Whether an existing model folder is replaced.</param>
    /// <param name="origin">What it was made of, in a line.</param>
    public static void Publish(Interruption interruption, string directory, TrainedModel model, bool overwrite, string origin)
    {
        interruption.Publish(() => ModelFolder.Save(directory, model, overwrite));
        ClusterTable.Print(model, directory);
        Console.Out.WriteLine();
        Console.Out.WriteLine(origin);
        Console.Out.WriteLine(TrainingRun.DescribeCost(model.Cost!));
        Console.Out.WriteLine($"fingerprint {model.Fingerprint}");
        Console.Out.WriteLine($"model in {directory}");
    }
}
