using System.Text.Json;
using KMeans.Input;
using KMeans.Models;

namespace KMeans.Preparation;

/// <summary>Writes recipes as text, reads and checks them, and finds them in files.</summary>
public static class RecipeText
{
    /// <summary>The key of a recipe among a Parquet file's own pairs of key and value.</summary>
    internal const string MetadataKey = "kmeans.recipe";

    /// <summary>As many features as a file may have columns.</summary>
    private const int MostFeatures = 100_000;

    /// <summary>Writes a recipe. Equal recipes give equal texts.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <returns>JSON in one line.</returns>
    public static string Write(Recipe recipe) => JsonSerializer.Serialize(recipe, RecipeJson.Default.Recipe);

    /// <summary>Reads a recipe.</summary>
    /// <param name="text">JSON.</param>
    /// <param name="origin">Begins every message: the file.</param>
    /// <returns>A recipe whose members fit each other.</returns>
    /// <exception cref="InputException">It is damaged, or of a newer version.</exception>
    public static Recipe Read(string text, string origin)
    {
        try
        {
            var recipe = JsonSerializer.Deserialize(text, RecipeJson.Default.Recipe) ?? throw Wrong(origin, "is empty");
            Check(recipe, origin);
            return recipe;
        }
        catch (JsonException e)
        {
            throw new InputException($"{origin}: its recipe has a member that is missing, unknown or of the wrong kind; prepare the file again.", e);
        }
    }

    /// <summary>Finds a recipe.</summary>
    /// <param name="path">A prepared Parquet file, or the folder of a model that was trained on such files.</param>
    /// <returns>The recipe.</returns>
    /// <exception cref="InputException">There is none.</exception>
    public static Recipe Load(string path)
    {
        if (Storage.ObjectStores.FolderExists(path))
        {
            return ModelFolder.Load(path, withState: false).Recipe ?? throw None(path);
        }

        using var file = InputFormats.Open(path, new InputFormatOptions());
        return file.Recipe ?? throw None(path);
    }

    /// <summary>Refuses a recipe whose members do not fit each other.</summary>
    /// <param name="recipe">Read, or about to be used.</param>
    /// <param name="origin">Begins the message.</param>
    /// <exception cref="InputException">Names the member.</exception>
    internal static void Check(Recipe recipe, string origin)
    {
        Require(recipe.Version >= 1, "has no version");
        if (recipe.Version > Recipe.CurrentVersion)
        {
            throw new InputException($"{origin}: its recipe has version {recipe.Version}, newer than this release, which reads up to {Recipe.CurrentVersion}; use the release that wrote it.");
        }

        Require(recipe.Missing is RecipeWords.Error or RecipeWords.Drop or RecipeWords.Keep, "missing must be error, drop or keep");
        Require(recipe.Delimiter is null or { Length: 1 }, "delimiter must be one character");
        Require(recipe.Names is null || recipe.Names.Distinct().Count() == recipe.Names.Length, "names must differ");
        Require(recipe.Columns.Length > 0, "has no columns");
        Require(recipe.Columns.Sum(column => (long)column.Width) is > 0 and <= MostFeatures, $"must give 1 to {MostFeatures} features");
        foreach (var column in recipe.Columns)
        {
            Require(column.Fill is null || double.IsFinite(column.Fill.Value), $"column '{column.Name}': fill must be finite");
            Require(double.IsFinite(column.Subtract), $"column '{column.Name}': subtract must be finite");
            Require(column.DivideBy is null || (double.IsFinite(column.DivideBy.Value) && column.DivideBy > 0), $"column '{column.Name}': divideBy must be positive");
            Require(column.Categories is null == column.Others is null, $"column '{column.Name}': categories and others go together");
            Require(column.Others is null or RecipeWords.Drop or RecipeWords.Zeros or RecipeWords.Column, $"column '{column.Name}': others must be drop, zeros or column");
            Require(column.Categories is not null || !recipe.Text.Contains(column.Name), $"column '{column.Name}' is text without categories");
        }

        if (recipe.FeatureNames().GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InputException($"{origin}: two features would be named '{twice.Key}'; rename a column.");
        }

        _ = RecipeProgram.Compile(recipe);

        void Require(bool condition, string rule)
        {
            if (!condition)
            {
                throw Wrong(origin, rule);
            }
        }
    }

    private static InputException Wrong(string origin, string problem) => new($"{origin}: its recipe {problem}; prepare the file again.");

    private static InputException None(string path) => new($"{path}: has no recipe; name a file that kmeans prepare wrote, or a model that was trained on one.");
}
