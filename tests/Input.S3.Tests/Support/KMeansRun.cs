using System.Diagnostics;
using System.Reflection;

namespace KMeans.Input.S3.Tests.Support;

/// <summary>What a run of the program printed and ended with.</summary>
internal sealed record Ran(int ExitCode, string Output, string Error)
{
    /// <summary>The line with the fingerprint.</summary>
    public string Fingerprint => Output.Split('\n').Single(line => line.StartsWith("fingerprint ", StringComparison.Ordinal));
}

/// <summary>Runs the built program as a process, with an environment of S3's.</summary>
internal static class KMeansRun
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    private static readonly string ClientPath = Path.GetFullPath(
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "ClientPath").Value!);

    /// <summary>Starts it with the server's credentials.</summary>
    /// <param name="endpoint">The server.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="environment">More variables; null values are removed.</param>
    public static Process Start(Uri endpoint, IEnumerable<string> arguments, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [ClientPath, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        (string, string?)[] all =
        [
            ("AWS_ENDPOINT_URL_S3", endpoint.ToString()), ("AWS_ACCESS_KEY_ID", S3Server.Key), ("AWS_SECRET_ACCESS_KEY", S3Server.Key), ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_MAX_ATTEMPTS", null), .. environment,
        ];
        foreach (var (name, value) in all)
        {
            start.Environment.Remove(name);
            if (value is not null)
            {
                start.Environment[name] = value;
            }
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs it to its end.</summary>
    public static Ran Run(Uri endpoint, string arguments, params (string Name, string? Value)[] environment) =>
        Finish(Start(endpoint, arguments.Split(' '), environment));

    /// <summary>Runs it to its end, which must be a good one.</summary>
    public static Ran Succeed(Uri endpoint, string arguments)
    {
        var ran = Run(endpoint, arguments);
        Assert.True(ran.ExitCode == 0, $"kmeans {arguments}: {ran.Error}");
        return ran;
    }

    /// <summary>Waits for the end.</summary>
    public static Ran Finish(Process process)
    {
        using var ended = process;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Longest))
        {
            process.Kill();
            throw new TimeoutException($"kmeans did not end within {Longest.TotalSeconds} s.");
        }

        process.WaitForExit();
        return new Ran(process.ExitCode, output.Result, error.Result);
    }
}
