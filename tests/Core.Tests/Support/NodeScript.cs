using System.Diagnostics;

namespace KMeans.Tests.Support;

/// <summary>Runs a script with Node.js.</summary>
internal static class NodeScript
{
    public static string Run(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-e");
        start.ArgumentList.Add(script);
        start.ArgumentList.Add("--");
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(5)), "Node.js did not end in five minutes.");
        Assert.True(process.ExitCode == 0, error.Result);
        return output;
    }
}
