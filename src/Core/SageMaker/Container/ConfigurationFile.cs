using System.Text.Json;

namespace KMeans.SageMaker;

/// <summary>A small JSON file that the platform puts into the container.</summary>
internal static class ConfigurationFile
{
    /// <summary>100 hyperparameters of 2,500 characters, each of which JSON may write as six bytes, and a rest.</summary>
    private const int MostBytes = 4 << 20;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    /// <returns>An object; to be disposed.</returns>
    /// <exception cref="InputException">It is missing, too large, no JSON, or no object.</exception>
    public static JsonDocument Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MostBytes)
            {
                throw Refuse(path, $"has {stream.Length} bytes, more than the {MostBytes} that are read");
            }

            var document = JsonDocument.Parse(stream, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            throw Refuse(path, "must hold a JSON object");
        }
        catch (JsonException e)
        {
            throw Refuse(path, $"is no valid JSON ({e.Message.TrimEnd('.')})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refuse(path, $"cannot be read ({e.Message.TrimEnd('.')})");
        }
    }

    /// <summary>A member that must be text where it is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="element">An object.</param>
    /// <param name="name">The member.</param>
    /// <returns>The text; null where there is none, or it is null.</returns>
    /// <exception cref="InputException">It is something else.</exception>
    public static string? Text(string path, JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String ? Decode(path, value) : throw Refuse(path, $"{name} must be a text");
    }

    /// <summary>A text whose escapes are whole characters.</summary>
    /// <param name="path">The file.</param>
    /// <param name="value">A JSON string.</param>
    /// <returns>The text.</returns>
    /// <exception cref="InputException">It has half a surrogate pair.</exception>
    public static string Decode(string path, JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Refuse(path, "has a text that is no valid Unicode");
        }
    }

    /// <summary>An error in a configuration file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problem">What is wrong.</param>
    /// <returns>To be thrown.</returns>
    public static InputException Refuse(string path, string problem) => new($"ClientError: {path}: {problem}.");
}
