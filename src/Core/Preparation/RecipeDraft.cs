using KMeans.Input;

namespace KMeans.Preparation;

/// <summary>Makes of the user's wishes the beginning of a recipe: everything but what only the data can tell.</summary>
internal static class RecipeDraft
{
    /// <summary>Makes it.</summary>
    /// <param name="file">The first raw file, with its names.</param>
    /// <param name="options">The wishes.</param>
    /// <param name="keep">Columns that are copied: they make no feature unless they are asked for.</param>
    /// <returns>A recipe without categories and statistics: numbers first, then categories.</returns>
    /// <exception cref="InputException">A column does not exist, is of the wrong kind, or is named twice.</exception>
    public static Recipe Make(InputFile file, PreparationOptions options, IReadOnlyList<string> keep)
    {
        foreach (var (names, option) in new[]
        {
            (options.Columns ?? [], "--columns"), (options.Exclude, "--exclude"), (options.Text, "--text"), (options.OneHot.Select(choice => choice.Column).ToArray(), "--one-hot"), (options.Log, "--log"),
        })
        {
            if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            {
                throw new InputException($"{option}: '{twice.Key}' is named twice; name each column once.");
            }

            foreach (var name in names)
            {
                ColumnResolver.Find(file, name, option);
            }
        }

        var texts = file.Columns.Where(column => !column.IsNumeric).Select(column => column.Name).Concat(options.Text).ToHashSet();
        var categories = options.OneHot.Select(choice => choice.Column).ToHashSet();
        var chosen = (options.Columns ?? [.. file.Columns.Select(column => column.Name).Except(keep)]).Except(options.Exclude).Where(name => !categories.Contains(name)).ToList();
        RefuseUnfit(file, chosen, texts, options.Columns is not null);
        if (options.Log.FirstOrDefault(name => !chosen.Contains(name)) is { } odd)
        {
            throw new InputException($"--log {odd}: the column is not among those that make a number; choose others, or add it to --columns.");
        }

        var draft = new Recipe
        {
            Names = file.Columns.Count == options.Names?.Count ? [.. options.Names] : null,
            Header = options.Header,
            Delimiter = options.Delimiter?.ToString(),
            Text = [.. texts],
            Where = options.Where,
            Missing = options.Missing switch { MissingNumbers.Drop => RecipeWords.Drop, MissingNumbers.Keep => RecipeWords.Keep, _ => RecipeWords.Error },
            Columns =
            [
                .. chosen.Select(name => new RecipeColumn { Name = name, Log = options.Log.Contains(name) }),
                .. options.OneHot.Select(choice => new RecipeColumn { Name = choice.Column, Categories = [], Others = Word(options.Others) }),
            ],
        };
        if (draft.Columns.Length == 0)
        {
            throw new InputException($"{file.Path}: no column is left to prepare; check --columns and --exclude.");
        }

        // Only the texts that are used: another file need not have the others.
        return draft with { Text = [.. RecipeProgram.Compile(draft).Schema.Texts] };
    }

    private static string Word(OtherCategories others) => others switch
    {
        OtherCategories.Drop => RecipeWords.Drop,
        OtherCategories.Zeros => RecipeWords.Zeros,
        _ => RecipeWords.Column,
    };

    private static void RefuseUnfit(InputFile file, List<string> chosen, HashSet<string> texts, bool wereNamed)
    {
        var unfit = chosen.Where(texts.Contains).ToList();
        if (unfit.Count > 0)
        {
            var list = string.Join(", ", unfit.Take(10)) + (unfit.Count > 10 ? $" and {unfit.Count - 10} more" : "");
            throw new InputException($"{file.Path}: {(unfit.Count == 1 ? "column" : "columns")} {list}: not numeric; {(wereNamed ? "" : "choose with --columns, leave out with --exclude, or ")}make categories of {(unfit.Count == 1 ? "it" : "them")} with --one-hot.");
        }

        if (chosen.FirstOrDefault(name => file.Columns[ColumnResolver.Find(file, name, null)].Width != 1) is { } list2)
        {
            throw new InputException($"{file.Path}: column '{list2}' has several numbers a row, and preparation takes single ones; train on it as it is, or --exclude it.");
        }
    }
}
