using System.Collections.Concurrent;
using KMeans.Input;

namespace KMeans.Preparation;

/// <summary>A raw file seen through a recipe: its features, row by row as the file has them, and beside them its own columns. What the recipe drops keeps its place, marked as dropped.</summary>
public sealed class PreparedInputFile : InputFile
{
    private readonly InputFile file;
    private readonly RecipeProgram program;
    private readonly ConcurrentDictionary<string, RawInput> inputs = new();
    private readonly int[] ordinals;

    private PreparedInputFile(InputFile file, RecipeProgram program)
        : base(file.Source, file.Format)
    {
        this.file = file;
        this.program = program;
        var features = program.Recipe.FeatureNames().ToArray();
        var own = features.ToHashSet();
        var others = Enumerable.Range(0, file.Columns.Count).Where(i => !own.Contains(file.Columns[i].Name)).ToArray();
        Columns = [.. features.Select(name => new InputColumn(name, "prepared")), .. others.Select(i => file.Columns[i])];

        // A kept column is copied as the file has it, also where a feature has its name.
        var positions = file.Columns.Select((column, i) => (column.Name, i)).GroupBy(pair => pair.Name).ToDictionary(group => group.Key, group => group.First().i);
        ordinals = [.. features.Select(name => positions.GetValueOrDefault(name, -1)), .. others];
        _ = InputWith("");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<InputColumn> Columns { get; }

    /// <inheritdoc/>
    public override bool HasColumnNames => true;

    /// <inheritdoc/>
    public override long? RowCount => file.RowCount;

    /// <inheritdoc/>
    public override bool CanSeek => file.CanSeek;

    /// <inheritdoc/>
    public override Recipe Recipe => program.Recipe;

    /// <summary>Applies a recipe to the files that it was not applied to yet.</summary>
    /// <param name="files">In order; taken over, and disposed if this fails.</param>
    /// <param name="recipe">The recipe, or null: the files stay as they are.</param>
    /// <returns>Files that give features: prepared ones as they are, raw ones through the recipe.</returns>
    /// <exception cref="InputException">A file was prepared by another recipe, or lacks a column.</exception>
    public static IReadOnlyList<InputFile> Wrap(IReadOnlyList<InputFile> files, Recipe? recipe)
    {
        if (recipe is null)
        {
            return files;
        }

        var wrapped = new List<InputFile>(files);
        try
        {
            var text = RecipeText.Write(recipe);
            var program = RecipeProgram.Compile(recipe);
            for (var i = 0; i < wrapped.Count; i++)
            {
                if (wrapped[i].Recipe is not { } own)
                {
                    wrapped[i] = NamedInputFile.Wrap(wrapped[i], recipe.Names);
                    wrapped[i] = new PreparedInputFile(wrapped[i], program);
                }
                else if (RecipeText.Write(own) != text)
                {
                    throw new InputException($"{wrapped[i].Path}: was prepared with another recipe than the model's; prepare the raw rows with --recipe, or give them as they are.");
                }
            }

            return wrapped;
        }
        catch
        {
            wrapped.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>Applies a recipe that came from a coordinator elsewhere to files that keep the names that order them.</summary>
    /// <param name="files">In order; taken over, and disposed if this fails.</param>
    /// <param name="recipe">The recipe's text, or null: the files stay as they are.</param>
    /// <returns>As in the other form. A file without rows is there only where no file has any: it need not have the recipe's columns and stays as it is.</returns>
    /// <exception cref="InputException">As in the other form, or the text is no recipe.</exception>
    internal static IReadOnlyList<NamedFile> Wrap(IReadOnlyList<NamedFile> files, string? recipe)
    {
        if (recipe is null || InputFiles.IsWithoutRows(files[0].File))
        {
            return files;
        }

        Recipe read;
        try
        {
            read = RecipeText.Read(recipe, "--recipe");
        }
        catch
        {
            foreach (var named in files)
            {
                named.File.Dispose();
            }

            throw;
        }

        return [.. Wrap([.. files.Select(named => named.File)], read).Select((file, i) => files[i] with { File = file })];
    }

    /// <inheritdoc/>
    public override IRowReader OpenRows(FileRange range, ColumnSelection selection, ColumnTransform transform)
    {
        var weight = selection.WeightOrdinal < 0 ? "" : Columns[selection.WeightOrdinal].Name;
        if (selection.Ordinals.FirstOrDefault(ordinal => ordinal >= program.FeatureCount, -1) is >= 0 and var raw)
        {
            throw new InputException($"{Path}: column '{Columns[raw].Name}' is none of the recipe's features; choose among {string.Join(", ", Columns.Take(program.FeatureCount).Select(column => column.Name).Take(12))}.");
        }

        return new PreparedRowReader(InputWith(weight), program, new PartitionSegment(0, range, 0), [.. selection.Ordinals], transform);
    }

    /// <inheritdoc/>
    public override void Prefetch(FileRange range, ColumnSelection selection) => InputWith("").Set.Prefetch(0, range);

    /// <inheritdoc/>
    public override IValueReader OpenValues(FileRange range, IReadOnlyList<int> ordinals) => file.OpenValues(range, [.. ordinals.Select(ordinal => this.ordinals[ordinal] is >= 0 and var own
        ? own
        : throw new InputException($"{Path}: column '{Columns[ordinal].Name}' is made by the recipe and is not in the file; leave it out of --keep."))]);

    /// <inheritdoc/>
    public override string Locate(FileRange range, long row) => file.Locate(range, row);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>The raw columns, with or without a weight. It has the file but does not own it.</summary>
    private RawInput InputWith(string weight) => inputs.GetOrAdd(weight, name => RawInput.Open([file], program, [], name.Length == 0 ? null : name));
}
