namespace KMeans.Tests.Support;

/// <summary>Things that a test compares with and that a machine may lack. Locally the test is skipped; where CI=true a missing one is a failure.</summary>
internal static class Prerequisite
{
    /// <summary>A folder with MNIST's four IDX files.</summary>
    public const string Mnist = "KMEANS_MNIST";

    /// <summary>A Python with numpy and scikit-learn.</summary>
    public const string Python = "KMEANS_PYTHON";

    /// <summary>The built client's launcher.</summary>
    public const string Executable = "KMEANS_EXECUTABLE";

    /// <summary>A folder with PostgreSQL's server programs.</summary>
    public const string Postgres = "KMEANS_POSTGRES";

    /// <summary>A node_modules folder with the schemas of Kubernetes.</summary>
    public const string Kubernetes = "KMEANS_KUBERNETES";

    /// <summary>The program kubectl, which renders manifests. No package source of ours has it, so that a test may do without it everywhere.</summary>
    public const string Kubectl = "KMEANS_KUBECTL";

    public static bool Has(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    public static string Get(string variable) =>
        Environment.GetEnvironmentVariable(variable) ?? throw new InvalidOperationException($"{variable} is not set: run ./test.sh, which installs what is needed.");

    public static bool IsRequired => Environment.GetEnvironmentVariable("CI") == "true";
}

/// <summary>A fact that needs prerequisites, given by the environment variables that ./test.sh sets.</summary>
internal sealed class PrerequisiteFactAttribute : FactAttribute
{
    public PrerequisiteFactAttribute(params string[] variables)
    {
        var missing = variables.Where(variable => !Prerequisite.Has(variable)).ToArray();
        if (missing.Length > 0 && (!Prerequisite.IsRequired || missing.Contains(Prerequisite.Kubectl)))
        {
            Skip = $"{string.Join(" and ", missing)} not set; ./test.sh finds or installs what is needed.";
        }
    }
}

/// <summary>A theory that needs prerequisites.</summary>
internal sealed class PrerequisiteTheoryAttribute : TheoryAttribute
{
    public PrerequisiteTheoryAttribute(params string[] variables)
    {
        Skip = new PrerequisiteFactAttribute(variables).Skip;
    }
}
