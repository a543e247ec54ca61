using System.CommandLine;
using KMeans.Client.CommandLine;

namespace KMeans.Client.Commands;

internal static class PredictCommand
{
    public static Command Create(Interruption interruption) => new("predict", "x");
}
