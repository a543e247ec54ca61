using System.Text.Json;

namespace KMeans.SageMaker;

/// <summary>hyperparameters.json: a flat map of texts.</summary>
internal static class HyperparameterFile
{
    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Name to value; a number, a truth value or a list that stands where a text should is taken as it is written.</returns>
    /// <exception cref="InputException">It cannot be read, or a value is an object or null.</exception>
    public static Dictionary<string, string> Read(string path)
    {
        using var document = ConfigurationFile.Read(path);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in document.RootElement.EnumerateObject())
        {
            values[member.Name] = member.Value.ValueKind switch
            {
                JsonValueKind.String => ConfigurationFile.Decode(path, member.Value),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Array => member.Value.GetRawText(),
                _ => throw ConfigurationFile.Refuse(path, $"the value of {member.Name} must be a text"),
            };
        }

        return values;
    }
}
