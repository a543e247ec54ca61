using System.Text.Json;
using System.Text.Json.Serialization;

namespace KMeans.Preparation;

/// <summary>What turns raw rows into features, decided once and kept with prepared files and with models: the same steps give the same numbers wherever they are applied.</summary>
/// <remarks>
/// The steps, in this order: name the columns, keep the rows that <see cref="Where"/> is true of, look up categories, take logarithms, fill in what is missing, subtract and divide.
/// docs/design/preparation.md describes them.
/// </remarks>
public sealed record Recipe
{
    /// <summary>The version that is written.</summary>
    internal const int CurrentVersion = 1;

    /// <summary>The version of this form.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The raw columns' names, one for each column of a file; null where files name their own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? Names { get; init; }

    /// <summary>Whether raw CSV files begin with names; null where each file shows it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Header { get; init; }

    /// <summary>What separates the fields of raw CSV files, one character; null where each file shows it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Delimiter { get; init; }

    /// <summary>The raw columns that are read as text; all others that are used are numbers.</summary>
    public string[] Text { get; init; } = [];

    /// <summary>Which rows are kept, as an expression; null for all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Where { get; init; }

    /// <summary>What happens to a row that still lacks a value: "error", "drop" or "keep".</summary>
    public string Missing { get; init; } = RecipeWords.Error;

    /// <summary>The raw columns that make the features, in order.</summary>
    public required RecipeColumn[] Columns { get; init; }

    /// <summary>The features' names, in order.</summary>
    /// <returns>d names.</returns>
    public IEnumerable<string> FeatureNames() => Columns.SelectMany(column => column.FeatureNames());
}

/// <summary>What one raw column becomes: one feature, or one for each of its categories.</summary>
public sealed record RecipeColumn
{
    /// <summary>The raw column's name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether x becomes sign(x) ln(1 + |x|).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Log { get; init; }

    /// <summary>What stands for a missing value, before subtracting; null where it stays missing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Fill { get; init; }

    /// <summary>What is subtracted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double Subtract { get; init; }

    /// <summary>What the difference is divided by.</summary>
    /// <value>The default is null: by nothing.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? DivideBy { get; init; }

    /// <summary>The categories that have a feature, in order; null for a number.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? Categories { get; init; }

    /// <summary>What happens to a row of another category or of none: "drop", "zeros" or "column"; null for a number.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Others { get; init; }

    /// <summary>How many features it gives.</summary>
    internal int Width => Categories is null ? 1 : Categories.Length + (Others == RecipeWords.Column ? 1 : 0);

    /// <summary>The names of its features: its own, or "name_category" and "name_other".</summary>
    /// <returns>One name a feature.</returns>
    public IEnumerable<string> FeatureNames() => Categories is null
        ? [Name]
        : [.. Categories.Select(category => $"{Name}_{category}"), .. Others == RecipeWords.Column ? [$"{Name}_other"] : Array.Empty<string>()];
}

/// <summary>The words of a recipe.</summary>
internal static class RecipeWords
{
    /// <summary>A row that lacks a value ends the work.</summary>
    public const string Error = "error";

    /// <summary>A row is left out.</summary>
    public const string Drop = "drop";

    /// <summary>A value stays missing.</summary>
    public const string Keep = "keep";

    /// <summary>All features of a column are 0.</summary>
    public const string Zeros = "zeros";

    /// <summary>There is a feature for all other categories.</summary>
    public const string Column = "column";
}

/// <summary>Makes the parser at build time. Unknown, missing, repeated and null members are errors.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Recipe))]
internal sealed partial class RecipeJson : JsonSerializerContext;
