using KMeans.Deploy.Tests.Support;

namespace KMeans.Deploy.Tests.Kubernetes;

/// <summary>Manifests against the schemas of Kubernetes: no unknown field, no missing one, no value of another type.</summary>
public sealed class SchemaOfManifestsTests
{
    [OverlayTheory(Prerequisite.Kubernetes)]
    [InlineData("cpu")]
    [InlineData("gpu")]
    [InlineData("production")]
    public void Overlay_Rendered_FitsTheSchemas(string overlay) => Assert.Equal("", Validate(Overlays.Render(overlay)));

    [PrerequisiteFact(Prerequisite.Kubernetes)]
    public void Source_OfEveryManifest_FitsTheSchemas() => Assert.Equal("", Validate(string.Join("\n---\n", ManifestFiles.All.Select(File.ReadAllText))));

    [PrerequisiteTheory(Prerequisite.Kubernetes)]
    [InlineData("maxSurge: 1", "maxSurges: 1", "maxSurges")]
    [InlineData("replicas: 3", "replicas: three", "replicas")]
    [InlineData("readOnlyRootFilesystem", "readOnlyRootFileSystem", "readOnlyRootFileSystem")]
    [InlineData("type: RollingUpdate", "type: Rolling", "type")]
    [InlineData("apiVersion: apps/v1", "apiVersion: apps/v2", "apps/v2")]
    [InlineData("  replicas: 3", "  replicas: 3\n  replicas: 4", "unique")]
    [InlineData("        - name: silo\n          image", "        - image", "name")]
    public void Validator_OfAManifestThatIsWrong_NamesTheField(string right, string wrong, string named)
    {
        var manifest = Repository.Read("deploy/k8s/base/silo-deployment.yaml");
        Assert.Contains(right, manifest, StringComparison.Ordinal);

        Assert.Contains(named, Validate(manifest.Replace(right, wrong, StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private static string Validate(string manifests) =>
        Overlays.Run("node", [Repository.PathOf("tests/Deploy.Tests/Kubernetes/validate.mjs"), Prerequisite.Get(Prerequisite.Kubernetes)], manifests);
}
