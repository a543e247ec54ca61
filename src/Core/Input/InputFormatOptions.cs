namespace KMeans.Input;

/// <summary>What the user says about the input's format.</summary>
public sealed record InputFormatOptions
{
    /// <summary>The format's name.</summary>
    /// <value>"auto" (the default: by the file's first bytes, then by its name) or one of <see cref="InputFormats.Names"/>.</value>
    public string Format { get; init; } = InputFormats.Auto;

    /// <summary>Whether the first line of a CSV file holds the columns' names.</summary>
    /// <value>The default is null: decided by the first lines of each file.</value>
    public bool? CsvHeader { get; init; }

    /// <summary>What separates the fields of a CSV file: one ASCII character, neither a quote nor a line end.</summary>
    /// <value>The default is null: comma, tab, semicolon or pipe, decided by the first lines of each file.</value>
    public char? CsvDelimiter { get; init; }
}
