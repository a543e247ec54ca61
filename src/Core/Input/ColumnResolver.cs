namespace KMeans.Input;

/// <summary>Finds the chosen columns in each file.</summary>
internal static class ColumnResolver
{
    private const int Absent = -1;

    /// <summary>Stands for the position of a name that several columns have.</summary>
    private const int Ambiguous = -2;

    /// <summary>Decides the features from the first file's columns.</summary>
    /// <param name="file">The first file of the input.</param>
    /// <param name="choice">What the user asked for.</param>
    /// <returns>The features' columns in order.</returns>
    /// <exception cref="InputException">A named column does not exist, or a chosen one is not numeric.</exception>
    public static List<FeatureColumn> Choose(InputFile file, ColumnChoice choice)
    {
        var exclude = new HashSet<string>(choice.Exclude ?? []);
        foreach (var name in exclude.Where(name => IndexOf(file, name) == Absent))
        {
            Find(file, name, "--exclude");
        }

        if (choice.WeightColumn is { } weight)
        {
            Require(file, file.Columns[Find(file, weight, "--weight-column")]);
        }

        List<InputColumn> chosen;
        if (choice.Columns is { } columns)
        {
            if (columns.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            {
                throw new InputException($"--columns: '{twice.Key}' is named twice; name each column once.");
            }

            chosen = columns.Where(name => !exclude.Contains(name)).Select(name => file.Columns[Find(file, name, "--columns")]).ToList();
        }
        else
        {
            // Of a prepared file the features: what was kept beside them are keys and weights.
            var features = file.Recipe?.FeatureNames().ToHashSet();
            chosen = file.Columns.Where(column => !exclude.Contains(column.Name) && column.Name != choice.WeightColumn && features?.Contains(column.Name) != false).ToList();
        }

        var unfit = chosen.Where(column => !column.IsNumeric).ToList();
        if (unfit.Count > 0)
        {
            var list = string.Join(", ", unfit.Take(10).Select(column => $"'{column.Name}' {column.Obstacle}")) + (unfit.Count > 10 ? $" and {unfit.Count - 10} more" : "");
            var remedy = choice.Columns is null ? $"leave {(unfit.Count == 1 ? "it" : "them")} out with --exclude {string.Join(',', unfit.Take(10).Select(column => column.Name))}" : "choose others with --columns";
            throw new InputException($"{file.Path}: not numeric: column {list}; {remedy}.");
        }

        if (chosen.Count == 0)
        {
            throw new InputException($"{file.Path}: no column is left to train on; check --columns and --exclude.");
        }

        return chosen.Select(column => new FeatureColumn(column.Name, column.Width)).ToList();
    }

    /// <summary>Finds the features in one file: by name where the file has names and the features were named, else by position.</summary>
    /// <param name="file">The file.</param>
    /// <param name="features">The features' columns in order.</param>
    /// <param name="featuresAreNamed">Whether they come from a file with column names.</param>
    /// <param name="choice">For the weight column and what to pass over by position.</param>
    /// <returns>Positions of the columns.</returns>
    /// <exception cref="InputException">A column is missing, not numeric, or of another width.</exception>
    public static ColumnSelection Select(InputFile file, IReadOnlyList<FeatureColumn> features, bool featuresAreNamed, ColumnChoice choice)
    {
        int[] ordinals;
        if (file.HasColumnNames && featuresAreNamed || features.All(feature => IndexOf(file, feature.Name) >= 0))
        {
            ordinals = features.Select(feature => Find(file, feature.Name, null)).ToArray();
        }
        else
        {
            ordinals = Enumerable.Range(0, file.Columns.Count)
                .Where(i => file.Columns[i].IsNumeric && file.Columns[i].Name != choice.WeightColumn && !(choice.Exclude ?? []).Contains(file.Columns[i].Name))
                .ToArray();
            if (ordinals.Length != features.Count)
            {
                throw new InputException($"{file.Path}: has {ordinals.Length} numeric columns where {features.Count} are expected, and no names to match them by; select them with --columns.");
            }
        }

        for (var i = 0; i < ordinals.Length; i++)
        {
            var column = file.Columns[ordinals[i]];
            Require(file, column);
            if (column.Width != features[i].Width)
            {
                throw new InputException($"{file.Path}: column '{column.Name}' has {column.Width} values a row where {features[i].Width} are expected; train on files of one shape.");
            }
        }

        return new ColumnSelection(ordinals, choice.WeightColumn is { } weight ? Find(file, weight, "--weight-column") : -1);
    }

    /// <summary>The position of a column.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The column's name.</param>
    /// <param name="option">The option that named it, for the message; null for a model's column.</param>
    /// <returns>Its ordinal.</returns>
    /// <exception cref="InputException">There is no such column, or there are several.</exception>
    public static int Find(InputFile file, string name, string? option)
    {
        var index = IndexOf(file, name);
        if (index >= 0)
        {
            return index;
        }

        if (index == Ambiguous)
        {
            throw new InputException($"{file.Path}: several columns are named '{name}'; rename them, since columns are told apart by name, or leave them out with --exclude.");
        }

        var known = string.Join(", ", file.Columns.Take(12).Select(column => column.Name)) + (file.Columns.Count > 12 ? ", ..." : "");
        throw new InputException($"{file.Path}: no column '{name}'{(option is null ? "" : $" ({option})")}; the file has {known}.");
    }

    /// <summary>The position of a column, or <see cref="Absent"/>, or <see cref="Ambiguous"/>.</summary>
    private static int IndexOf(InputFile file, string name) => ColumnNames.For(file).GetValueOrDefault(name, Absent);

    private static void Require(InputFile file, InputColumn column)
    {
        if (!column.IsNumeric)
        {
            throw new InputException($"{file.Path}: column '{column.Name}' {column.Obstacle} and cannot be used as a number; choose another.");
        }
    }

    /// <summary>Maps of column names, one a file, made once: 100,000 columns must not cost 100,000 squared.</summary>
    private static class ColumnNames
    {
        private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<InputFile, Dictionary<string, int>> Maps = [];

        public static Dictionary<string, int> For(InputFile file) => Maps.GetValue(file, static file =>
        {
            var map = new Dictionary<string, int>();
            for (var i = 0; i < file.Columns.Count; i++)
            {
                map[file.Columns[i].Name] = map.ContainsKey(file.Columns[i].Name) ? Ambiguous : i;
            }

            return map;
        });
    }
}
