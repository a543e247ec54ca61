using System.CommandLine;
using KMeans.Input;
using KMeans.Models;
using KMeans.Preparation;

namespace KMeans.Client.CommandLine;

/// <summary>The options that say which files are read and how.</summary>
/// <param name="required">Whether there must be input.</param>
internal sealed class InputOptions(bool required = true)
{
    private const string Auto = "auto";
    private const string Yes = "yes";
    private const string No = "no";

    private readonly Option<string[]> input = OptionKinds.Paths("--input", "Files, folders or globs, of this machine or s3://; folders are searched to any depth", required);
    private readonly Option<string?> format = OptionKinds.Choice("--format", "What the files are; auto looks into each", [.. InputFormats.Names.Select(name => (name, (string?)name))]);

    // Not of type bool: the parser lets such an option take no words but true and false.
    private readonly Option<string?> header = OptionKinds.Choice<string?>("--header", "Whether a CSV file's first line names its columns", (Auto, Auto), (Yes, Yes), (No, No));
    private readonly Option<char?> delimiter = OptionKinds.Number<char?>(
        "--delimiter", "CHAR|auto", "What separates a CSV file's fields: one character, or tab", false, "one ASCII character that is neither a quote nor a line end, or tab, or auto", ReadDelimiter);

    /// <summary>Which columns to take; also by name from files that a model is applied to.</summary>
    public Option<string[]?> Columns { get; } = OptionKinds.Names("--columns", "A,B,...", "The columns to use, in this order; all that are not excluded otherwise");

    /// <summary>Which columns to leave out.</summary>
    public Option<string[]?> Exclude { get; } = OptionKinds.Names("--exclude", "A,B,...", "Columns to leave out");

    /// <summary>The column of weights.</summary>
    public Option<string?> WeightColumn { get; } = OptionKinds.Text("--weight-column", "NAME", "The column that says how much each row counts");

    /// <summary>What makes two rows near.</summary>
    public Option<DistanceMeasure> Distance { get; } = OptionKinds.Choice(
        "--distance", "What makes rows near; cosine compares directions alone, and the model remembers it", ("euclidean", DistanceMeasure.Euclidean), ("cosine", DistanceMeasure.Cosine));

    /// <summary>The options that every command with input has.</summary>
    public IEnumerable<Option> Files => [input, format, header, delimiter];

    /// <summary>Whether there is an input.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <returns>Whether paths were given.</returns>
    public bool IsGiven(ParseResult parsed) => parsed.GetResult(input) is not null;

    /// <summary>The paths as the user gave them.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <returns>At least one where input is required.</returns>
    public IReadOnlyList<string> Paths(ParseResult parsed) => parsed.GetValue(input) ?? [];

    /// <summary>Opens the files.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="paths">Other paths than those of --input, or null.</param>
    /// <returns>At least one file, in order.</returns>
    /// <exception cref="InputException">A path has no files, or a file cannot be read.</exception>
    public IReadOnlyList<InputFile> OpenFiles(ParseResult parsed, IReadOnlyList<string>? paths = null) => OpenFiles(parsed, paths, null);

    /// <summary>Opens the files, raw ones seen through a recipe.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="paths">Other paths than those of --input, or null.</param>
    /// <param name="recipe">The recipe, or null.</param>
    /// <returns>At least one file, in order.</returns>
    /// <exception cref="InputException">A path has no files, a file cannot be read, or lacks a column of the recipe.</exception>
    public IReadOnlyList<InputFile> OpenFiles(ParseResult parsed, IReadOnlyList<string>? paths, Recipe? recipe)
    {
        return PreparedInputFile.Wrap(OpenFiles(parsed, recipe?.Header, recipe?.Delimiter?[0], paths), recipe);
    }

    /// <summary>Opens raw files.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="csvHeader">Whether CSV files begin with names, where the user does not say.</param>
    /// <param name="csvDelimiter">What separates their fields, where the user does not say.</param>
    /// <param name="paths">Other paths than those of --input, or null.</param>
    /// <returns>At least one file, in order.</returns>
    /// <exception cref="InputException">A path has no files, or a file cannot be read.</exception>
    public IReadOnlyList<InputFile> OpenFiles(ParseResult parsed, bool? csvHeader, char? csvDelimiter, IReadOnlyList<string>? paths = null)
    {
        Adapters.Register();
        return InputFiles.Open(paths ?? Paths(parsed), Format(parsed, csvHeader, csvDelimiter));
    }

    /// <summary>What the user says about the files' format.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="csvHeader">Whether CSV files begin with names, where the user does not say.</param>
    /// <param name="csvDelimiter">What separates their fields, where the user does not say.</param>
    /// <returns>The options.</returns>
    public InputFormatOptions Format(ParseResult parsed, bool? csvHeader = null, char? csvDelimiter = null)
    {
        var hasHeader = parsed.Read(header) switch { Yes => true, No => false, _ => csvHeader };
        return new InputFormatOptions { Format = parsed.Read(format) ?? InputFormats.Auto, CsvHeader = hasHeader, CsvDelimiter = parsed.Read(delimiter) ?? csvDelimiter };
    }

    /// <summary>Opens the files as the input of a training.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="recipe">What raw files are seen through, or null.</param>
    /// <returns>The input.</returns>
    /// <exception cref="InputException">A file cannot be read, or a column cannot be had.</exception>
    public InputSet Open(ParseResult parsed, Recipe? recipe = null) => InputSet.Create(OpenFiles(parsed, null, recipe), Choice(parsed));

    /// <summary>Opens the files as rows for a model.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="model">The model.</param>
    /// <returns>The input.</returns>
    /// <exception cref="InputException">A file cannot be read, or lacks a column of the model.</exception>
    public InputSet OpenFor(ParseResult parsed, TrainedModel model) => InputSet.Match(OpenFiles(parsed, null, model.Recipe), model.Columns, model.ColumnsAreNamed, ChoiceFor(parsed, model));

    /// <summary>Opens other files that have the columns of an input.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="paths">Their paths.</param>
    /// <param name="like">The input.</param>
    /// <returns>The other input.</returns>
    /// <exception cref="InputException">A file cannot be read, or lacks a column.</exception>
    public InputSet OpenLike(ParseResult parsed, IReadOnlyList<string> paths, InputSet like) =>
        InputSet.Match(OpenFiles(parsed, paths, like.Recipe), like.Columns, like.ColumnsAreNamed, Choice(parsed) with { Distance = like.Distance });

    /// <summary>What the user says about columns.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <returns>The choice.</returns>
    public ColumnChoice Choice(ParseResult parsed) => new(
        Value(parsed, Columns), Value(parsed, Exclude), Value(parsed, WeightColumn), parsed.GetResult(Distance) is null ? DistanceMeasure.Euclidean : parsed.Read(Distance));

    /// <summary>What the user says about columns of rows for a model.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="model">The model.</param>
    /// <returns>The choice, with the model's distance where the user gives none.</returns>
    public ColumnChoice ChoiceFor(ParseResult parsed, TrainedModel model) =>
        parsed.GetResult(Distance) is { Implicit: false } ? Choice(parsed) : Choice(parsed) with { Distance = model.Distance };

    /// <summary>An option's value, or nothing where it was not given.</summary>
    private static T? Value<T>(ParseResult parsed, Option<T?> option)
        where T : class => parsed.GetResult(option) is null ? null : parsed.Read(option);

    private static (bool Allowed, char? Value) ReadDelimiter(string text) => text switch
    {
        "auto" => (true, null),
        "tab" or "\\t" => (true, '\t'),
        [var c] when char.IsAscii(c) && c is not ('"' or '\r' or '\n') => (true, c),
        _ => (false, null),
    };
}
