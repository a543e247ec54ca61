using KMeans.Deploy.Tests.Support;

namespace KMeans.Deploy.Tests.Kubernetes;

/// <summary>The files below deploy/k8s.</summary>
internal static class ManifestFiles
{
    public const string Kustomization = "kustomization.yaml";

    public static IReadOnlyList<string> Everything { get; } = [.. Directory.GetFiles(Repository.PathOf("deploy/k8s"), "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>Those that hold objects.</summary>
    public static IEnumerable<string> All => Everything.Where(path => Path.GetFileName(path) != Kustomization);

    public static IEnumerable<string> Kustomizations => Everything.Where(path => Path.GetFileName(path) == Kustomization);
}
