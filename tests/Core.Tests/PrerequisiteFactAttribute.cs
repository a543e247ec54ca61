namespace KMeans.Tests;

/// <summary>
/// A test that needs something from outside the repository, found by ./test.sh and named in an environment variable (eng/prerequisites.sh lists them).
/// Where the variable is not set the test is skipped with that reason; on a CI server (CI=true) it runs, and <see cref="Prerequisite"/> fails it.
/// </summary>
internal sealed class PrerequisiteFactAttribute : FactAttribute
{
    public PrerequisiteFactAttribute(string variable)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)) && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Skip = $"{variable} is not set; ./test.sh sets it where it can";
        }
    }
}

/// <summary>What tests need from outside the repository.</summary>
internal static class Prerequisite
{
    /// <summary>A Python with numpy and scikit-learn.</summary>
    public const string Python = "KMEANS_PYTHON";

    /// <summary>A folder with MNIST's four IDX files.</summary>
    public const string Mnist = "KMEANS_MNIST";

    /// <summary>The built client's launcher.</summary>
    public const string Executable = "KMEANS_EXECUTABLE";

    /// <summary>The value of a variable.</summary>
    public static string Get(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : throw new InvalidOperationException($"{variable} is not set; run ./test.sh.");
}
