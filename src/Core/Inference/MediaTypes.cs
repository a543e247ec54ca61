using System.Globalization;

namespace KMeans.Inference;

/// <summary>What Content-Type and Accept mean.</summary>
/// <remarks>Names are compared without case. Parameters that are not known are ignored, as RFC 9110 has it; a charset must be UTF-8.</remarks>
public static class MediaTypes
{
    /// <summary>All that are taken and given, for messages.</summary>
    public const string All = "text/csv, application/json, application/jsonlines or application/x-recordio-protobuf";

    private static readonly (string Name, InferenceFormat Format)[] Names =
    [
        ("application/json", InferenceFormat.Json),
        ("application/jsonlines", InferenceFormat.JsonLines),
        ("text/csv", InferenceFormat.Csv),
        ("application/x-recordio-protobuf", InferenceFormat.RecordIO),
    ];

    /// <summary>A format's name.</summary>
    /// <param name="format">The format.</param>
    /// <returns>Such as "text/csv".</returns>
    public static string Name(InferenceFormat format) => Array.Find(Names, each => each.Format == format).Name;

    /// <summary>Reads a Content-Type.</summary>
    /// <param name="contentType">The header, or null where there is none.</param>
    /// <param name="problem">Out: what is wrong with it, a sentence; null where nothing is.</param>
    /// <returns>The format; meaningless where there is a problem.</returns>
    /// <remarks>label_size, which says how many columns of training rows are labels, may be there and must be 0: rows have no label here.</remarks>
    public static InferenceFormat ReadContentType(string? contentType, out string? problem)
    {
        problem = null;
        if (string.IsNullOrWhiteSpace(contentType))
        {
            problem = $"there is no content type; send {All}.";
            return default;
        }

        var parts = contentType.Split(';', StringSplitOptions.TrimEntries);
        var index = Array.FindIndex(Names, each => each.Name.Equals(parts[0], StringComparison.OrdinalIgnoreCase));
        if (index < 0)
        {
            problem = $"the content type '{Excerpt(contentType)}' is not supported; send {All}.";
            return default;
        }

        if (Parameter(parts, "label_size") is { } labels && labels != "0")
        {
            problem = $"label_size={Excerpt(labels)} is not supported for inference, where rows have no label; leave it out or send label_size=0.";
        }
        else if (Parameter(parts, "charset") is { } charset && charset.ToUpperInvariant() is not ("UTF-8" or "UTF8" or "US-ASCII"))
        {
            problem = $"the charset '{Excerpt(charset)}' is not supported; send UTF-8.";
        }

        return Names[index].Format;
    }

    /// <summary>Reads an Accept: the supported type with the greatest q, the first of equals.</summary>
    /// <param name="accept">The header, or null or empty where there is none: JSON.</param>
    /// <returns>The format, or null where none of the types is supported.</returns>
    public static InferenceFormat? ReadAccept(string? accept)
    {
        if (string.IsNullOrWhiteSpace(accept))
        {
            return InferenceFormat.Json;
        }

        InferenceFormat? best = null;
        var bestWeight = 0.0;
        foreach (var type in accept.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = type.Split(';', StringSplitOptions.TrimEntries);
            var weight = Parameter(parts, "q") is not { } q ? 1 : double.TryParse(q, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : 0;
            if (weight > bestWeight && Find(parts[0]) is { } format)
            {
                (best, bestWeight) = (format, weight);
            }
        }

        return best;
    }

    private static InferenceFormat? Find(string range)
    {
        if (range is "*/*" or "*" or "application/*")
        {
            return InferenceFormat.Json;
        }

        if (range == "text/*")
        {
            return InferenceFormat.Csv;
        }

        var index = Array.FindIndex(Names, each => each.Name.Equals(range, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? null : Names[index].Format;
    }

    private static string? Parameter(string[] parts, string name)
    {
        foreach (var part in parts.AsSpan(1))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && part[..equals].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return part[(equals + 1)..].Trim().Trim('"');
            }
        }

        return null;
    }

    private static string Excerpt(string text) => text.Length > 80 ? text[..80] + "..." : text;
}
