using KMeans.Deploy.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace KMeans.Deploy.Tests.Kubernetes;

/// <summary>What the kustomizations name exists; checked without kubectl too.</summary>
public sealed class KustomizationTests
{
    [Fact]
    public void Kustomization_NamesFilesThatExist_AndEveryManifestIsNamed()
    {
        var named = new HashSet<string>();
        foreach (var path in ManifestFiles.Kustomizations)
        {
            foreach (var resource in Names(Load(path).Root, "resources"))
            {
                var target = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, resource));
                Assert.True(File.Exists(target) || File.Exists(Path.Combine(target, ManifestFiles.Kustomization)), $"{path} names {resource}, which is not there.");
                named.Add(target);
            }
        }

        Assert.All(ManifestFiles.All, path => Assert.Contains(path, named));
    }

    [Fact]
    public void Patches_Name_AnObjectThatIsThere()
    {
        foreach (var path in ManifestFiles.Kustomizations)
        {
            var objects = Objects(path).Select(manifest => $"{manifest.Kind} {manifest.Name}").ToArray();
            foreach (var patch in Manifest.Items(Load(path).Root, "patches"))
            {
                Assert.Contains($"{Manifest.Text(patch, "target", "kind")} {Manifest.Text(patch, "target", "name")}", objects);
            }
        }
    }

    [Fact]
    public void Images_OfKustomizations_AreThoseOfContainersAndHaveTheVersionOfTheProgram()
    {
        var version = System.Xml.Linq.XDocument.Load(Repository.PathOf("Directory.Build.props")).Descendants("Version").Single().Value;
        foreach (var path in ManifestFiles.Kustomizations)
        {
            var images = Objects(path).SelectMany(manifest => manifest.Containers).Select(container => Manifest.Text(container, "image")).ToHashSet();
            // What an overlay below has renamed goes by its new name.
            images.UnionWith(Below(path).SelectMany(other => Manifest.Items(Load(other).Root, "images")).Select(image => Manifest.Text(image, "newName")));
            foreach (var image in Manifest.Items(Load(path).Root, "images"))
            {
                Assert.Contains(Manifest.Text(image, "name"), images);
                Assert.Equal(version, Manifest.Text(image, "newTag"));
            }
        }
    }

    private static IEnumerable<Manifest> Objects(string kustomization) => Names(Load(kustomization).Root, "resources")
        .Select(resource => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(kustomization)!, resource)))
        .SelectMany(target => Directory.Exists(target) ? Objects(Path.Combine(target, ManifestFiles.Kustomization)) : Manifest.Parse(File.ReadAllText(target)));

    private static IEnumerable<string> Below(string kustomization) => Names(Load(kustomization).Root, "resources")
        .Select(resource => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(kustomization)!, resource, ManifestFiles.Kustomization)))
        .Where(File.Exists)
        .SelectMany(path => Below(path).Append(path));

    private static Manifest Load(string path) => Manifest.Parse(File.ReadAllText(path)).Single();

    private static IEnumerable<string> Names(YamlNode root, string key) => (Manifest.Find(root, key) as YamlSequenceNode)?.Children.Select(node => ((YamlScalarNode)node).Value!) ?? [];
}
