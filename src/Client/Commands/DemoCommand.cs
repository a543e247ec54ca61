using System.CommandLine;
using KMeans.Client.CommandLine;

namespace KMeans.Client.Commands;

internal static class DemoCommand
{
    public static Command Create(Interruption interruption) => new("demo", "x");
}
