using System.CommandLine;
using KMeans.Client.CommandLine;

namespace KMeans.Client.Commands;

/// <summary>kmeans container: what SageMaker runs in an image of this program.</summary>
internal static class ContainerCommand
{
    private const string Example = """
          kmeans container serve --root /opt/ml
        """;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption) => HelpWithExample.CreateGroup(
        "container", "Runs as SageMaker's container: its files, its variables, its port", Example, [ContainerServeCommand.Create(interruption)]);
}
