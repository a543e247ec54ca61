using System.Diagnostics;

namespace KMeans.Tests.Support;

/// <summary>Runs a script with the Python that has numpy and scikit-learn.</summary>
internal static class PythonScript
{
    public static string Run(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo(Prerequisite.Get(Prerequisite.Python)) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(5)), "Python did not end in five minutes.");
        Assert.True(process.ExitCode == 0, error.Result);
        return output;
    }
}
