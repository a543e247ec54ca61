using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KMeans.Http.Service.Api;

/// <summary>The members of a request's object, read and checked one by one. Members that nobody asks for are let be, as the reference product's clients send many.</summary>
internal sealed class ApiFields
{
    /// <summary>Objects and arrays in one another.</summary>
    private const int MostDepth = 32;

    private readonly string path;

    private ApiFields(JsonObject node, string path)
    {
        Node = node;
        this.path = path;
    }

    /// <summary>The object itself.</summary>
    public JsonObject Node { get; }

    /// <summary>Reads a body.</summary>
    /// <param name="body">UTF-8.</param>
    /// <returns>Its members.</returns>
    /// <exception cref="ApiException">It is no JSON object.</exception>
    public static ApiFields Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body.ToArray(), new JsonDocumentOptions { MaxDepth = MostDepth, AllowDuplicateProperties = false });
            RequireCharacters(document.RootElement);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new ApiFields(JsonObject.Create(document.RootElement.Clone())!, "")
                : throw ApiErrors.Serialization("The body is no JSON object.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw ApiErrors.Serialization("The body is no JSON object in UTF-8 with each member once.");
        }
    }

    /// <summary>The members of an object that is stored.</summary>
    /// <param name="node">The object.</param>
    /// <returns>Its members.</returns>
    public static ApiFields Of(JsonObject node) => new(node, "");

    /// <summary>Whether a member is there and is not null.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Whether it is.</returns>
    public bool Has(string name) => Node[name] is not null;

    /// <summary>Reads a text.</summary>
    /// <param name="name">The member.</param>
    /// <param name="most">Its most characters.</param>
    /// <returns>The text, or null.</returns>
    public string? Text(string name, int most = 1024)
    {
        if (Node[name] is not { } node)
        {
            return null;
        }

        var text = node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : throw WrongType(name, "a string");
        return text.Length <= most ? text : throw ApiErrors.Constraint(text, At(name), $"Member must have length less than or equal to {most}");
    }

    /// <summary>Reads a text that must be there.</summary>
    /// <param name="name">The member.</param>
    /// <param name="most">Its most characters.</param>
    /// <returns>The text, not empty.</returns>
    public string RequireText(string name, int most = 1024) => Text(name, most) switch
    {
        null => throw ApiErrors.Missing(At(name)),
        "" => throw ApiErrors.Constraint("", At(name), "Member must have length greater than or equal to 1"),
        var text => text,
    };

    /// <summary>Reads the name of a thing: letters and digits, and dashes between them.</summary>
    /// <param name="name">The member.</param>
    /// <param name="most">Its most characters.</param>
    /// <returns>The name.</returns>
    public string RequireName(string name, int most = 63)
    {
        var text = RequireText(name, most);
        return char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? text
            : throw ApiErrors.Constraint(text, At(name), $"Member must satisfy regular expression pattern: ^[a-zA-Z0-9](-*[a-zA-Z0-9]){{0,{most - 1}}}$");
    }

    /// <summary>Reads one of a few words.</summary>
    /// <param name="name">The member.</param>
    /// <param name="words">The words.</param>
    /// <returns>The word, or null.</returns>
    public string? Choice(string name, params IReadOnlyCollection<string> words) =>
        Text(name) is not { } text ? null
        : words.Contains(text) ? text
        : throw ApiErrors.Constraint(text, At(name), $"Member must satisfy enum value set: [{string.Join(", ", words)}]");

    /// <summary>Reads one of a few words that must be there.</summary>
    /// <param name="name">The member.</param>
    /// <param name="words">The words.</param>
    /// <returns>The word.</returns>
    public string RequireChoice(string name, params IReadOnlyCollection<string> words) => Choice(name, words) ?? throw ApiErrors.Missing(At(name));

    /// <summary>Reads a whole number.</summary>
    /// <param name="name">The member.</param>
    /// <param name="least">Its least value.</param>
    /// <param name="most">Its most.</param>
    /// <returns>The number, or null.</returns>
    public long? Whole(string name, long least, long most)
    {
        if (Node[name] is not { } node)
        {
            return null;
        }

        if (node.GetValueKind() != JsonValueKind.Number)
        {
            throw WrongType(name, "a number");
        }

        if (!long.TryParse(node.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            throw WrongType(name, "a whole number");
        }

        return value < least ? throw ApiErrors.Constraint($"{value}", At(name), $"Member must have value greater than or equal to {least}")
            : value > most ? throw ApiErrors.Constraint($"{value}", At(name), $"Member must have value less than or equal to {most}")
            : value;
    }

    /// <summary>Reads a whole number that must be there.</summary>
    /// <param name="name">The member.</param>
    /// <param name="least">Its least value.</param>
    /// <param name="most">Its most.</param>
    /// <returns>The number.</returns>
    public long RequireWhole(string name, long least, long most) => Whole(name, least, most) ?? throw ApiErrors.Missing(At(name));

    /// <summary>Reads a moment: seconds since 1970, with a fraction.</summary>
    /// <param name="name">The member.</param>
    /// <returns>Milliseconds since 1970, or null.</returns>
    public long? Time(string name)
    {
        if (Node[name] is not { } node)
        {
            return null;
        }

        if (node.GetValueKind() == JsonValueKind.Number && node.AsValue().TryGetValue<double>(out var seconds) && Math.Abs(seconds) < 1e11)
        {
            return (long)Math.Floor(seconds * 1000);
        }

        throw WrongType(name, "a number of seconds since 1970");
    }

    /// <summary>Reads an object.</summary>
    /// <param name="name">The member.</param>
    /// <returns>Its members, or null.</returns>
    public ApiFields? Object(string name) => Node[name] switch
    {
        null => null,
        JsonObject child => new ApiFields(child, At(name)),
        _ => throw WrongType(name, "an object"),
    };

    /// <summary>Reads an object that must be there.</summary>
    /// <param name="name">The member.</param>
    /// <returns>Its members.</returns>
    public ApiFields RequireObject(string name) => Object(name) ?? throw ApiErrors.Missing(At(name));

    /// <summary>Reads a list of objects.</summary>
    /// <param name="name">The member.</param>
    /// <param name="most">Its most elements.</param>
    /// <returns>The members of each; empty where there is no list.</returns>
    public IReadOnlyList<ApiFields> Objects(string name, int most)
    {
        var list = List(name, most);
        var objects = new List<ApiFields>(list.Count);
        for (var i = 0; i < list.Count; i++)
        {
            objects.Add(list[i] is JsonObject child ? new ApiFields(child, $"{At(name)}.{i + 1}.member") : throw WrongType(name, "a list of objects"));
        }

        return objects;
    }

    /// <summary>Reads a list of texts.</summary>
    /// <param name="name">The member.</param>
    /// <param name="most">Its most elements.</param>
    /// <returns>The texts; empty where there is no list.</returns>
    public IReadOnlyList<string> Texts(string name, int most) =>
        [.. List(name, most).Select(node => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : throw WrongType(name, "a list of strings"))];

    /// <summary>Reads an object whose members are all texts.</summary>
    /// <param name="name">The member.</param>
    /// <param name="most">Its most members.</param>
    /// <param name="mostKey">A name's most characters.</param>
    /// <param name="mostValue">A value's most characters.</param>
    /// <returns>The texts by name; empty where there is no object.</returns>
    public IReadOnlyDictionary<string, string> Map(string name, int most, int mostKey, int mostValue)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Object(name) is not { } child)
        {
            return map;
        }

        if (child.Node.Count > most)
        {
            throw ApiErrors.Constraint($"{child.Node.Count} entries", At(name), $"Member must have length less than or equal to {most}");
        }

        foreach (var (key, _) in child.Node)
        {
            if (key.Length > mostKey)
            {
                throw ApiErrors.Constraint(key, At(name), $"Map keys must have length less than or equal to {mostKey}");
            }

            map.Add(key, child.Text(key, mostValue) ?? throw ApiErrors.Missing($"{At(name)}.{key}"));
        }

        return map;
    }

    /// <summary>Reads every name and text once: bytes that are no UTF-8, and halves of surrogate pairs written as escapes, would be found later, where nobody expects them.</summary>
    private static void RequireCharacters(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var child in element.EnumerateArray())
                {
                    RequireCharacters(child);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    _ = member.Name;
                    RequireCharacters(member.Value);
                }

                break;
        }
    }

    private JsonArray List(string name, int most) => Node[name] switch
    {
        null => [],
        JsonArray list => list.Count <= most ? list : throw ApiErrors.Constraint($"{list.Count} elements", At(name), $"Member must have length less than or equal to {most}"),
        _ => throw WrongType(name, "a list"),
    };

    /// <summary>Members are named in messages as the reference product does: with a small first letter.</summary>
    private string At(string name) => (path.Length > 0 ? path + "." : "") + char.ToLowerInvariant(name[0]) + name[1..];

    private ApiException WrongType(string name, string wanted) => ApiErrors.Serialization($"The member '{At(name)}' is not {wanted}.");
}
