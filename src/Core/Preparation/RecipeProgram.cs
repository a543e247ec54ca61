using System.Globalization;
using KMeans.Preparation.Expressions;

namespace KMeans.Preparation;

/// <summary>What becomes of a raw row.</summary>
internal enum RowFate
{
    /// <summary>It has features.</summary>
    Kept,

    /// <summary>The condition is not true of it.</summary>
    Filtered,

    /// <summary>Its category is not among those that are kept.</summary>
    RareCategory,

    /// <summary>It lacks a value.</summary>
    Incomplete,
}

/// <summary>A recipe, compiled. Immutable and thread-safe.</summary>
/// <remarks>
/// In two steps, between which statistics can be taken: <see cref="Select"/> makes a cell of each column (a number, or the place of a category), and <see cref="Expand"/>
/// makes the features of the cells.
/// </remarks>
internal sealed class RecipeProgram
{
    /// <summary>The cell of a row whose category has no feature.</summary>
    private const double NoCategory = -1;

    private readonly RowTest? where;
    private readonly Column[] columns;

    private RecipeProgram(Recipe recipe)
    {
        Recipe = recipe;
        var texts = recipe.Text.ToHashSet();
        Schema = new RawSchema(texts.Contains);
        columns = [.. recipe.Columns.Select(column => new Column(column, Schema.Resolve(column.Name)))];
        where = recipe.Where is null ? null : ExpressionParser.Parse(recipe.Where, "--where", Schema.Resolve);
        FeatureCount = recipe.Columns.Sum(column => column.Width);
    }

    /// <summary>What was compiled.</summary>
    public Recipe Recipe { get; }

    /// <summary>The raw columns that it uses.</summary>
    public RawSchema Schema { get; }

    /// <summary>Cells a row: one for each column of the recipe.</summary>
    public int CellCount => columns.Length;

    /// <summary>d.</summary>
    public int FeatureCount { get; }

    /// <summary>Compiles a recipe.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <returns>The program.</returns>
    /// <exception cref="InputException">Its condition cannot be read; names the position.</exception>
    public static RecipeProgram Compile(Recipe recipe) => new(recipe);

    /// <summary>Decides about a row and makes its cells. O(columns).</summary>
    /// <param name="rows">Raw rows, with the columns of <see cref="Schema"/>.</param>
    /// <param name="row">Which one.</param>
    /// <param name="cells">Length <see cref="CellCount"/>, out: a number, NaN where missing, or the place of a category.</param>
    /// <returns>Whether the row is kept, and why not.</returns>
    public RowFate Select(RawBatch rows, int row, Span<double> cells)
    {
        if (where?.Invoke(rows, row) == false)
        {
            return RowFate.Filtered;
        }

        var isComplete = true;
        for (var i = 0; i < columns.Length; i++)
        {
            var column = columns[i];
            if (!column.IsCategory)
            {
                var value = rows.Number(row, column.Raw.Index);
                cells[i] = column.Log ? SignedLogarithm.Of(value) : value;
                isComplete &= !double.IsNaN(value) || column.Fill is not null;
                continue;
            }

            var place = column.Find(rows, row);
            if (place < 0)
            {
                if (column.Others == RecipeWords.Drop)
                {
                    return RowFate.RareCategory;
                }

                place = column.Others == RecipeWords.Column ? column.Width - 1 : (int)NoCategory;
            }

            cells[i] = place;
        }

        return isComplete || Recipe.Missing != RecipeWords.Drop ? RowFate.Kept : RowFate.Incomplete;
    }

    /// <summary>Makes the features of a row's cells. O(d).</summary>
    /// <param name="cells">From <see cref="Select"/>.</param>
    /// <param name="features">Length <see cref="FeatureCount"/>, out; NaN where a value is missing.</param>
    public void Expand(ReadOnlySpan<double> cells, Span<double> features)
    {
        var at = 0;
        for (var i = 0; i < columns.Length; i++)
        {
            var column = columns[i];
            var width = column.Width;
            if (!column.IsCategory)
            {
                var value = double.IsNaN(cells[i]) ? column.Fill ?? double.NaN : cells[i];
                features[at++] = (value - column.Subtract) / column.DivideBy;
                continue;
            }

            var block = features.Slice(at, width);
            block.Clear();
            if (cells[i] >= 0)
            {
                block[(int)cells[i]] = 1;
            }

            at += width;
        }
    }

    /// <summary>Whether a feature is 0 or 1 and never missing.</summary>
    /// <returns>Length d.</returns>
    public IEnumerable<bool> AreIndicators() => columns.SelectMany(column => Enumerable.Repeat(column.IsCategory, column.Width));

    /// <summary>One column, with what every row needs at hand.</summary>
    private sealed class Column
    {
        private readonly Dictionary<string, int>? texts;
        private readonly Dictionary<double, int>? numbers;

        public Column(RecipeColumn column, RawColumn raw)
        {
            Raw = raw;
            Log = column.Log;
            Fill = column.Fill;
            Subtract = column.Subtract;
            DivideBy = column.DivideBy ?? 1;
            Others = column.Others;
            Width = column.Width;
            IsCategory = column.Categories is not null;
            for (var i = 0; i < (column.Categories?.Length ?? 0); i++)
            {
                var category = column.Categories![i];
                if (raw.IsText)
                {
                    (texts ??= new(StringComparer.Ordinal))[category] = i;
                }
                else
                {
                    var number = double.TryParse(category, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                        ? value
                        : throw new InputException($"the recipe's category '{category}' of column '{column.Name}' is not a number; prepare the file again.");
                    (numbers ??= [])[number] = i;
                }
            }
        }

        public RawColumn Raw { get; }

        public bool Log { get; }

        public double? Fill { get; }

        public double Subtract { get; }

        public double DivideBy { get; }

        public string? Others { get; }

        public int Width { get; }

        public bool IsCategory { get; }

        public int Find(RawBatch rows, int row)
        {
            if (Raw.IsText)
            {
                return rows.Text(row, Raw.Index) is { } text && texts is not null && texts.TryGetValue(text, out var place) ? place : -1;
            }

            return numbers is not null && numbers.TryGetValue(rows.Number(row, Raw.Index), out var found) ? found : -1;
        }
    }
}
