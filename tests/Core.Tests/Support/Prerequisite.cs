namespace KMeans.Tests.Support;

/// <summary>Things that a test compares with and that a machine may lack. Locally the test is skipped; where CI=true a missing one is a failure.</summary>
internal static class Prerequisite
{
    /// <summary>A folder with MNIST's four IDX files.</summary>
    public const string Mnist = "KMEANS_MNIST";

    /// <summary>A Python with numpy and scikit-learn.</summary>
    public const string Python = "KMEANS_PYTHON";

    /// <summary>A Python with boto3 and numpy.</summary>
    public const string Boto3 = "KMEANS_BOTO3";

    /// <summary>The AWS CLI.</summary>
    public const string AwsCli = "KMEANS_AWSCLI";

    /// <summary>The built client's launcher.</summary>
    public const string Executable = "KMEANS_EXECUTABLE";

    /// <summary>A folder with PostgreSQL's server programs.</summary>
    public const string Postgres = "KMEANS_POSTGRES";

    /// <summary>A node_modules folder with the schemas of Kubernetes.</summary>
    public const string Kubernetes = "KMEANS_KUBERNETES";

    /// <summary>A node_modules folder with the S3 server s3rver.</summary>
    public const string S3Server = "KMEANS_S3RVER";

    /// <summary>A node_modules folder with onnxruntime-node, ONNX Runtime for Node.js.</summary>
    public const string OnnxRuntime = "KMEANS_ONNXRUNTIME";

    /// <summary>The browser Chromium.</summary>
    public const string Chromium = "KMEANS_CHROMIUM";

    /// <summary>The script of axe-core.</summary>
    public const string Axe = "KMEANS_AXE";

    /// <summary>A library with the Fortran interface of BLAS.</summary>
    public const string Blas = "KMEANS_BLAS";

    /// <summary>A folder where screenshots for the documentation are to be written; only asked for by hand.</summary>
    public const string Screenshots = "KMEANS_SCREENSHOTS";

    /// <summary>The program kubectl, which renders manifests. No package source of ours has it, so that a test may do without it everywhere.</summary>
    public const string Kubectl = "KMEANS_KUBECTL";

    /// <summary>Signals, and the tools tar and gzip.</summary>
    public const string Unix = "Unix";

    /// <summary>Leave to mount a file system.</summary>
    public const string LinuxRoot = "root on Linux";

    public static bool Has(string needed) => needed switch
    {
        Unix => !OperatingSystem.IsWindows(),
        LinuxRoot => OperatingSystem.IsLinux() && Environment.UserName == "root",
        _ => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(needed)),
    };

    public static string Get(string variable) =>
        Environment.GetEnvironmentVariable(variable) ?? throw new InvalidOperationException($"{variable} is not set: run ./test.sh, which installs what is needed.");

    /// <summary>What ./test.sh cannot install: a machine may lack it everywhere.</summary>
    public static bool IsOptional(string needed) => needed is Kubectl or Screenshots or Unix or LinuxRoot;

    public static bool IsRequired => Environment.GetEnvironmentVariable("CI") == "true";
}

/// <summary>A fact that needs prerequisites, most of them given by the environment variables that ./test.sh sets.</summary>
internal sealed class PrerequisiteFactAttribute : FactAttribute
{
    public PrerequisiteFactAttribute(params string[] needed)
    {
        var missing = needed.Where(each => !Prerequisite.Has(each)).ToArray();
        if (missing.Length > 0 && (!Prerequisite.IsRequired || missing.Any(Prerequisite.IsOptional)))
        {
            Skip = $"{string.Join(" and ", missing)} missing; ./test.sh finds or installs what can be had.";
        }
    }
}

/// <summary>A theory that needs prerequisites.</summary>
internal sealed class PrerequisiteTheoryAttribute : TheoryAttribute
{
    public PrerequisiteTheoryAttribute(params string[] needed)
    {
        Skip = new PrerequisiteFactAttribute(needed).Skip;
    }
}
