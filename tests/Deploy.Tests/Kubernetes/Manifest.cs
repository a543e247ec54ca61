using YamlDotNet.RepresentationModel;

namespace KMeans.Deploy.Tests.Kubernetes;

/// <summary>One object of a manifest.</summary>
internal sealed record Manifest(YamlMappingNode Root)
{
    public string Kind => Text(Root, "kind")!;

    public string Name => Text(Root, "metadata", "name")!;

    /// <summary>The pods that it makes, where it makes any.</summary>
    public YamlMappingNode? PodTemplate => (YamlMappingNode?)Find(Root, "spec", "template");

    public IEnumerable<YamlMappingNode> Containers => PodTemplate is { } template ? Items(template, "spec", "containers").Concat(Items(template, "spec", "initContainers")) : [];

    public static IReadOnlyList<Manifest> Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => new Manifest((YamlMappingNode)document.RootNode))];
    }

    /// <summary>The node at a path of keys, or null.</summary>
    public static YamlNode? Find(YamlNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var key in path)
        {
            node = node is YamlMappingNode map && map.Children.TryGetValue(key, out var child) ? child : null;
        }

        return node;
    }

    public static string? Text(YamlNode? node, params ReadOnlySpan<string> path) => (Find(node, path) as YamlScalarNode)?.Value;

    public static IEnumerable<YamlMappingNode> Items(YamlNode? node, params ReadOnlySpan<string> path) => (Find(node, path) as YamlSequenceNode)?.Children.OfType<YamlMappingNode>() ?? [];

    public static IReadOnlyDictionary<string, string> Map(YamlNode? node, params ReadOnlySpan<string> path) =>
        (Find(node, path) as YamlMappingNode)?.Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => ((YamlScalarNode)pair.Value).Value!) ?? [];
}
