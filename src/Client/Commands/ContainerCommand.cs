using System.CommandLine;
using KMeans.Client.CommandLine;

namespace KMeans.Client.Commands;

/// <summary>kmeans container: what SageMaker runs of an image.</summary>
internal static class ContainerCommand
{
    private const string Example = """
          kmeans container train
          kmeans container serve
          kmeans container serve --root ./ml --listen http://127.0.0.1:8080
        """;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command with those below it.</returns>
    public static Command Create(Interruption interruption) => HelpWithExample.CreateGroup(
        "container", "Trains and serves in a SageMaker container, by the platform's files below /opt/ml", Example, ContainerTrainCommand.Create(interruption), ContainerServeCommand.Create(interruption));
}
