using System.CommandLine;
using KMeans.Client.CommandLine;

namespace KMeans.Client.Commands;

internal static class GenerateCommand
{
    public static Command Create(Interruption interruption) => new("generate", "x");
}
