using System.Text.Json;

namespace KMeans.SageMaker;

/// <summary>A manifest (S3DataType ManifestFile): a JSON list of a prefix and the rests of names behind it.</summary>
public static class ChannelManifest
{
    /// <summary>The most bytes that a manifest may have.</summary>
    public const int MostBytes = 64 << 20;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 2, AllowDuplicateProperties = false };

    /// <summary>Reads a manifest.</summary>
    /// <param name="json"><c>[{"prefix": "s3://bucket/folder/"}, "a", "b"]</c>.</param>
    /// <param name="path">Where it came from; begins every message.</param>
    /// <param name="takesFiles">Whether the prefix may be file:///FOLDER/ as well: where files of this machine stand for objects.</param>
    /// <returns>The URIs of the objects, in the manifest's order; at least one, none twice.</returns>
    /// <exception cref="InputException">It is no such list.</exception>
    public static IReadOnlyList<string> Parse(ReadOnlyMemory<byte> json, string path, bool takesFiles = false)
    {
        if (json.Length > MostBytes)
        {
            throw Refuse(path, $"has {json.Length} bytes, more than the {MostBytes} that are read");
        }

        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return Read(document.RootElement, path, takesFiles);
        }
        catch (JsonException e)
        {
            throw Refuse(path, $"is no valid JSON ({e.Message.TrimEnd('.')})");
        }
        catch (InvalidOperationException)
        {
            throw Refuse(path, "has a text that is no valid Unicode");
        }
    }

    private static List<string> Read(JsonElement root, string path, bool takesFiles)
    {
        if (root.ValueKind != JsonValueKind.Array || root.GetArrayLength() < 2)
        {
            throw Refuse(path, "must be a list of a prefix and at least one name");
        }

        var head = root[0];
        if (head.ValueKind != JsonValueKind.Object || !head.TryGetProperty("prefix", out var member) || member.ValueKind != JsonValueKind.String || head.EnumerateObject().Count() != 1)
        {
            throw Refuse(path, "must begin with {\"prefix\": \"s3://BUCKET/...\"}");
        }

        var prefix = member.GetString()!;
        var isFolder = takesFiles && prefix.StartsWith("file:///", StringComparison.Ordinal);
        if (!isFolder && (!prefix.StartsWith("s3://", StringComparison.Ordinal) || prefix.IndexOf('/', "s3://".Length) <= "s3://".Length))
        {
            throw Refuse(path, $"its prefix '{prefix}' names no bucket; write it as s3://BUCKET/, with what all names begin with behind it");
        }

        var uris = new List<string>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in root.EnumerateArray().Skip(1))
        {
            if (element.ValueKind != JsonValueKind.String || element.GetString() is not { Length: > 0 } name)
            {
                throw Refuse(path, $"entry {uris.Count + 2} must be the rest of a name");
            }

            uris.Add(prefix + name);
            if (!known.Add(name))
            {
                throw Refuse(path, $"names '{name}' twice, so its rows would count twice; leave one out");
            }
        }

        return uris;
    }

    private static InputException Refuse(string path, string problem) => new($"ClientError: {path}: the manifest {problem}.");
}
