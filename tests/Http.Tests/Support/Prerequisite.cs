namespace KMeans.Http.Tests.Support;

/// <summary>A fact that needs something of the machine. Locally it is skipped where that is missing; where CI=true it fails instead, unless only Linux has it.</summary>
internal sealed class PrerequisiteFactAttribute : FactAttribute
{
    /// <summary>A folder with MNIST's IDX files.</summary>
    public const string Mnist = "KMEANS_MNIST";

    /// <summary>Signals.</summary>
    public const string Unix = "Unix";

    /// <summary>Leave to mount a file system.</summary>
    public const string Root = "root on Linux";

    public PrerequisiteFactAttribute(string needed)
    {
        if (needed == Unix && OperatingSystem.IsWindows())
        {
            Skip = "There are no such signals on Windows.";
        }
        else if (needed == Root && !(OperatingSystem.IsLinux() && Environment.UserName == "root"))
        {
            Skip = "Mounting a small file system needs root on Linux.";
        }
        else if (needed == Mnist && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Mnist)) && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Skip = $"{Mnist} is not set; ./test.sh finds or installs what is needed.";
        }
    }
}
