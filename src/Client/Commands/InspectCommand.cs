using System.CommandLine;
using KMeans.Client.CommandLine;

namespace KMeans.Client.Commands;

internal static class InspectCommand
{
    public static Command Create(Interruption interruption) => new("inspect", "x");
}
