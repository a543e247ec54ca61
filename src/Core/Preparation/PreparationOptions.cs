namespace KMeans.Preparation;

/// <summary>What is wanted of a preparation. What only the data can tell (categories, means) is found while it runs.</summary>
public sealed record PreparationOptions
{
    /// <summary>The raw columns' names where files have none; null for the files' own.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Raw columns that make features, in order; null for all that are numbers or categories and not excluded.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Raw columns to leave out.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Raw columns that are text although they look like numbers.</summary>
    public IReadOnlyList<string> Text { get; init; } = [];

    /// <summary>Which rows are kept, as an expression; null for all.</summary>
    public string? Where { get; init; }

    /// <summary>Categories: the column, and how many of its most frequent values are kept; null for all.</summary>
    public IReadOnlyList<(string Column, int? Most)> OneHot { get; init; } = [];

    /// <summary>What happens to a row of another category or of none.</summary>
    public OtherCategories Others { get; init; }

    /// <summary>What happens to a row that lacks a number.</summary>
    public MissingNumbers Missing { get; init; }

    /// <summary>Whether numbers are centered and divided by their spread.</summary>
    public ColumnSpread Scale { get; init; }

    /// <summary>Columns of which the signed logarithm is taken.</summary>
    public IReadOnlyList<string> Log { get; init; } = [];

    /// <summary>Whether raw CSV files begin with names; null where each file shows it. Kept with the recipe.</summary>
    public bool? Header { get; init; }

    /// <summary>What separates the fields of raw CSV files; null where each file shows it. Kept with the recipe.</summary>
    public char? Delimiter { get; init; }
}

/// <summary>How the rows are written.</summary>
public sealed record PreparedOutput
{
    /// <summary>The Parquet file to be.</summary>
    public required string Path { get; init; }

    /// <summary>The Parquet file of the rows that are set apart, or null.</summary>
    public string? TestPath { get; init; }

    /// <summary>The share of rows that are set apart, 0 to 1.</summary>
    public double TestShare { get; init; }

    /// <summary>Raw columns that are copied beside the features as they stand in the file, which in CSV is as text: keys.</summary>
    public IReadOnlyList<string> Keep { get; init; } = [];

    /// <summary>The raw column of weights, copied beside the features as a number; or null. Frequencies and statistics count rows and not weights.</summary>
    public string? WeightColumn { get; init; }

    /// <summary>All raw columns that are copied.</summary>
    internal IReadOnlyList<string> Copied => WeightColumn is { } weight ? [.. Keep, weight] : Keep;

    /// <summary>Whether rows are written in random order.</summary>
    public bool Shuffle { get; init; }

    /// <summary>What the order and the split are drawn from.</summary>
    /// <value>The default is 1.</value>
    public long Seed { get; init; } = 1;

    /// <summary>Whether existing files may be replaced.</summary>
    public bool Overwrite { get; init; }
}

/// <summary>What a preparation did.</summary>
/// <param name="Recipe">The steps, complete.</param>
/// <param name="Read">Rows read.</param>
/// <param name="Written">Rows written, those set apart included.</param>
/// <param name="Test">Rows set apart.</param>
/// <param name="Filtered">Rows that the condition is not true of.</param>
/// <param name="RareCategories">Rows whose category was not kept.</param>
/// <param name="Incomplete">Rows left out because they lack a value.</param>
public sealed record PreparationResult(Recipe Recipe, long Read, long Written, long Test, long Filtered, long RareCategories, long Incomplete);

/// <summary>What happens to rows of other categories than those that are kept.</summary>
public enum OtherCategories
{
    /// <summary>They are left out.</summary>
    Drop,

    /// <summary>All features of the column are 0.</summary>
    Zeros,

    /// <summary>A feature of its own says so.</summary>
    Column,
}

/// <summary>What happens to rows that lack a number.</summary>
public enum MissingNumbers
{
    /// <summary>The preparation stops and names the file, the row and the column.</summary>
    Error,

    /// <summary>They are left out.</summary>
    Drop,

    /// <summary>The number stays missing.</summary>
    Keep,

    /// <summary>The column's mean stands for it.</summary>
    Mean,

    /// <summary>The column's median stands for it.</summary>
    Median,
}

/// <summary>How numbers are scaled.</summary>
public enum ColumnSpread
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>The mean is subtracted, and the difference divided by the standard deviation (of the rows as the whole population).</summary>
    Standard,

    /// <summary>The median is subtracted, and the difference divided by the distance of the quartiles.</summary>
    Robust,
}
