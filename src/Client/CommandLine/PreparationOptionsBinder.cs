using System.CommandLine;
using System.Globalization;
using KMeans.Preparation;

namespace KMeans.Client.CommandLine;

/// <summary>The options that say how rows are prepared.</summary>
internal sealed class PreparationOptionsBinder
{
    private const int MostCategories = 100_000;

    private readonly Option<string?> preset = OptionKinds.Choice<string?>("--preset", "A preparation that is known by name; other options change it", ("none", null), (Presets.GdeltName, Presets.GdeltName));
    private readonly Option<string[]?> names = OptionKinds.Names("--names", "A,B,...", "The columns' names, where the files have none");
    private readonly Option<string[]?> text = OptionKinds.Names("--text", "A,B,...", "Columns that are text although they look like numbers, such as 007");
    private readonly Option<string?> where = OptionKinds.Text("--where", "EXPR", "Keeps the rows that this is true of, such as \"x > 0 and not (kind == 'test' or isnull(y))\"");
    private readonly Option<string[]?> oneHot = OptionKinds.Names("--one-hot", "A[:N],...", "Columns of categories: a feature of 0 or 1 for each of the N most frequent, or for all");
    private readonly Option<OtherCategories> others = OptionKinds.Choice(
        "--others", "Rows of other categories are left out, have only zeros, or have a column of their own", ("drop", OtherCategories.Drop), ("zeros", OtherCategories.Zeros), ("column", OtherCategories.Column));
    private readonly Option<MissingNumbers> missing = OptionKinds.Choice(
        "--missing", "A row that lacks a number is an error, is left out, stays as it is, or gets the column's mean or median",
        ("error", MissingNumbers.Error), ("drop", MissingNumbers.Drop), ("keep", MissingNumbers.Keep), ("mean", MissingNumbers.Mean), ("median", MissingNumbers.Median));
    private readonly Option<ColumnSpread> scale = OptionKinds.Choice(
        "--scale", "Numbers become (x - mean) / deviation, or (x - median) / distance of the quartiles", ("none", ColumnSpread.None), ("standard", ColumnSpread.Standard), ("robust", ColumnSpread.Robust));
    private readonly Option<string[]?> log = OptionKinds.Names("--log", "A,B,...", "Columns of which sign(x) ln(1 + |x|) is taken, before scaling");
    private readonly Option<string?> recipe = OptionKinds.Text("--recipe", "PATH", "Takes all steps from a prepared file or a model instead, so that other rows become the same");

    /// <summary>The options, but for those of the input.</summary>
    public IEnumerable<Option> All => [preset, names, text, where, oneHot, others, missing, scale, log, recipe];

    /// <summary>The recipe that is to be used as it is.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="input">The options of the input.</param>
    /// <returns>Null where none is named.</returns>
    /// <exception cref="InputException">There is none, or other options contradict it.</exception>
    public Recipe? Recipe(ParseResult parsed, InputOptions input)
    {
        if (parsed.Read(recipe) is not { } path)
        {
            return null;
        }

        Option[] contradicting = [preset, names, text, where, oneHot, others, missing, scale, log, input.Columns, input.Exclude];
        return contradicting.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } other
            ? throw new InputException($"{other.Name}: a recipe says all that; leave {other.Name} or --recipe out.")
            : RecipeText.Load(path);
    }

    /// <summary>What is wanted.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="input">The options of the input.</param>
    /// <returns>The preset's, changed by whatever is given.</returns>
    /// <exception cref="InputException">A value cannot be.</exception>
    public PreparationOptions Bind(ParseResult parsed, InputOptions input)
    {
        var start = parsed.Read(preset) == Presets.GdeltName ? Presets.Gdelt : new PreparationOptions();
        var format = input.Format(parsed);
        return start with
        {
            Names = Given(parsed, names) ?? start.Names,
            Header = format.CsvHeader ?? (Given(parsed, names) is null ? start.Header : false),
            Delimiter = format.CsvDelimiter ?? start.Delimiter,
            Columns = Given(parsed, input.Columns) ?? start.Columns,
            Exclude = Given(parsed, input.Exclude) ?? start.Exclude,
            Text = Given(parsed, text) ?? start.Text,
            Where = parsed.Read(where) ?? start.Where,
            OneHot = Given(parsed, oneHot) is { } choices ? [.. choices.Select(ReadCategories)] : start.OneHot,
            Others = IsGiven(parsed, others) ? parsed.Read(others) : start.Others,
            Missing = IsGiven(parsed, missing) ? parsed.Read(missing) : start.Missing,
            Scale = IsGiven(parsed, scale) ? parsed.Read(scale) : start.Scale,
            Log = Given(parsed, log) ?? start.Log,
        };
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static string[]? Given(ParseResult parsed, Option<string[]?> option) => IsGiven(parsed, option) ? parsed.Read(option) : null;

    private static (string Column, int? Most) ReadCategories(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0)
        {
            return (text, null);
        }

        return int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most is >= 1 and <= MostCategories
            ? (text[..colon], most)
            : throw new InputException($"--one-hot {text}: after the colon comes how many categories to keep, from 1 to {MostCategories:#,0}.");
    }
}
