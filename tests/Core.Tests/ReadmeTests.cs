using System.Diagnostics;
using System.Text.RegularExpressions;
using KMeans.Tests.Support;

namespace KMeans.Tests;

/// <summary>What the README shows is what happens.</summary>
public partial class ReadmeTests
{
    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "KMeans.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("KMeans.sln is in no folder above the tests.");
        }

        return folder.FullName;
    }

    [Fact]
    public void CSharpExample_CompilesAndRuns()
    {
        var example = CSharpBlock().Match(File.ReadAllText(Path.Combine(Root(), "README.md"))).Groups[1].Value;
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("Program.cs"), example);
        File.WriteAllText(folder.File("Example.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                <Reference Include="{typeof(Trainer).Assembly.Location}" />
              </ItemGroup>
            </Project>
            """);
        var build = Run("dotnet", folder.Path, "build", "--nologo", "-v", "q", "-o", folder.File("out"));
        Assert.True(build.Code == 0, build.Output);
        foreach (var library in Directory.GetFiles(AppContext.BaseDirectory, "*.dll"))
        {
            var copy = Path.Combine(folder.File("out"), Path.GetFileName(library));
            if (!File.Exists(copy))
            {
                File.Copy(library, copy);
            }
        }

        var run = Run("dotnet", Root(), folder.File("out/Example.dll"));
        Assert.True(run.Code == 0, run.Output);
        Assert.Matches(@"^msd \d+\.\d over 1797 rows\s*$", run.Output);
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    private static (int Code, string Output) Run(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(3)), $"{program} did not end in three minutes.");
        return (process.ExitCode, output + error.Result);
    }
}
