using System.Diagnostics;
using KMeans.Tests.Support;

namespace KMeans.Tests;

public class LauncherTests
{
    [PrerequisiteFact(Prerequisite.Executable)]
    public void Launcher_ThroughALinkFromAnotherFolder_RunsTheBuiltClientAndPrintsNothingElse()
    {
        var folder = Directory.CreateTempSubdirectory("kmeans-launcher-");
        try
        {
            var link = File.CreateSymbolicLink(Path.Combine(folder.FullName, "link"), Prerequisite.Get(Prerequisite.Executable));
            // The first run builds where something has changed, and may say so; the second has nothing to say.
            Run(link.FullName, folder.FullName);
            var (exitCode, output, errors) = Run(link.FullName, folder.FullName);

            Assert.Equal("", errors);
            Assert.Equal(0, exitCode);
            Assert.Contains(typeof(InputException).Assembly.GetName().Version!.ToString(3), output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (int ExitCode, string Output, string Errors) Run(string program, string folder)
    {
        var start = new ProcessStartInfo(program, ["--version"]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
