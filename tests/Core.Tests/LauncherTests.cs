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
            var start = new ProcessStartInfo(link.FullName, ["--version"])
            {
                WorkingDirectory = folder.FullName,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();

            Assert.Equal("", errors.Result);
            Assert.Equal(0, process.ExitCode);
            Assert.Contains(typeof(InputException).Assembly.GetName().Version!.ToString(3), output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
