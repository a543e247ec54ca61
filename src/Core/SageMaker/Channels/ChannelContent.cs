using System.Globalization;
using KMeans.Input;

namespace KMeans.SageMaker;

/// <summary>What the files of a channel are, as its content type says: how they are opened and which columns are features.</summary>
/// <param name="Type">The media type in lower case, without parameters.</param>
/// <param name="Format">How files are opened.</param>
/// <param name="LabelSize">How many columns, the first ones, hold labels and are left out.</param>
public sealed record ChannelContent(string Type, InputFormatOptions Format, int LabelSize)
{
    private const string RecordIO = "application/x-recordio-protobuf";
    private const string Csv = "text/csv";
    private const string Parquet = "application/x-parquet";

    /// <summary>The most labels that are believed: the widest row there is.</summary>
    private const int MostLabels = NumberedColumns.MaxCount;

    /// <summary>Whether the files are CSV, whose rows the reference complains about in words of its own.</summary>
    public bool IsCsv => Type == Csv;

    /// <summary>Which columns are features: all but the labels.</summary>
    public ColumnChoice Choice => new(Exclude: LabelSize == 0 ? null : [.. Enumerable.Range(0, LabelSize).Select(NumberedColumns.Name)]);

    /// <summary>Reads a content type.</summary>
    /// <param name="contentType">"text/csv;label_size=0", in any case and with spaces; null or empty for the default, recordIO.</param>
    /// <param name="channel">The channel's name, for messages.</param>
    /// <returns>What it means. CSV has no header, commas and, unless it says label_size=0, a label in its first column. Parquet is of ours.</returns>
    /// <exception cref="InputException">There is no such type or parameter.</exception>
    public static ChannelContent Parse(string? contentType, string channel)
    {
        var parts = (string.IsNullOrWhiteSpace(contentType) ? RecordIO : contentType).Split(';', StringSplitOptions.TrimEntries);
        var type = parts[0].ToLowerInvariant();
        var parameters = parts.Skip(1).Where(part => part.Length > 0).Select(part => Split(part, channel)).ToList();
        if (parameters.GroupBy(parameter => parameter.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw Refuse(channel, $"content type '{contentType}': {twice.Key} is given twice");
        }

        var labels = type == Csv ? 1 : 0;
        foreach (var (name, value) in parameters)
        {
            labels = (type, name) switch
            {
                (Csv, "label_size") => Labels(value, channel),
                (RecordIO, "version") when value is "1" or "1.0" => labels,
                (_, "charset") when value.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || value.Equals("utf8", StringComparison.OrdinalIgnoreCase) => labels,
                (Csv, "charset") => throw Refuse(channel, $"charset '{value}' is not utf-8; save the files as UTF-8"),
                (RecordIO or Csv or Parquet, _) => throw Refuse(channel, $"content type '{type}' has no parameter {name}={value}; text/csv has label_size"),
                _ => labels,
            };
        }

        return type switch
        {
            RecordIO => new ChannelContent(type, new InputFormatOptions { Format = "recordio" }, 0),
            Csv => new ChannelContent(type, new InputFormatOptions { Format = "csv", CsvHeader = false, CsvDelimiter = ',' }, labels),
            Parquet => new ChannelContent(type, new InputFormatOptions { Format = "parquet" }, 0),
            _ => throw Refuse(channel, $"'{type}' is not one of ['{RecordIO}', '{Csv}', '{Parquet}']"),
        };
    }

    /// <summary>An error in a job's channels, in the reference's words.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="problem">What is wrong.</param>
    /// <returns>To be thrown.</returns>
    internal static InputException Refuse(string channel, string problem) =>
        new($"ClientError: Unable to initialize the algorithm. Failed to validate input data configuration. (caused by ValidationError) channel {channel}: {problem}.");

    private static (string Name, string Value) Split(string parameter, string channel)
    {
        var equals = parameter.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? (parameter[..equals].Trim().ToLowerInvariant(), parameter[(equals + 1)..].Trim().Trim('"'))
            : throw Refuse(channel, $"content type parameter '{parameter}' is not of the form name=value");
    }

    private static int Labels(string value, string channel) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var labels) && labels < MostLabels
            ? labels
            : throw Refuse(channel, $"label_size={value}: must be a whole number, 0 or more: how many of the first columns are labels");
}
