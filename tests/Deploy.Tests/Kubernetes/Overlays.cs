using System.Collections.Concurrent;
using System.Diagnostics;
using KMeans.Deploy.Tests.Support;

namespace KMeans.Deploy.Tests.Kubernetes;

/// <summary>The overlays as kubectl applies them.</summary>
internal static class Overlays
{
    private static readonly ConcurrentDictionary<string, string> Rendered = new();

    public static string Render(string overlay) =>
        Rendered.GetOrAdd(overlay, name => Run(Prerequisite.Get(Prerequisite.Kubectl), ["kustomize", Repository.PathOf($"deploy/k8s/overlays/{name}")], ""));

    public static IReadOnlyList<Manifest> Parse(string overlay) => Manifest.Parse(Render(overlay));

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it printed.</returns>
    public static string Run(string program, IEnumerable<string> arguments, string input)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Result : throw new InvalidOperationException($"{program}: {errors.Result}");
    }
}

/// <summary>A theory over the overlays, rendered.</summary>
internal sealed class OverlayTheoryAttribute : TheoryAttribute
{
    public OverlayTheoryAttribute(params string[] more)
    {
        Skip = new PrerequisiteFactAttribute([Prerequisite.Kubectl, .. more]).Skip;
    }
}
