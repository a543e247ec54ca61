using System.Globalization;

namespace KMeans.Preparation;

/// <summary>Counts the values of category columns over all rows. One for each thread; counts add up in any order.</summary>
/// <param name="columns">The columns, and what each is called in messages.</param>
internal sealed class CategoryCounts(IReadOnlyList<(string Name, RawColumn Raw)> columns)
{
    /// <summary>A column of more different values is no category, and its counts would outgrow memory.</summary>
    private const int MostValues = 1 << 20;

    /// <summary>Without a number of categories to keep there may be so many.</summary>
    private const int MostWithoutLimit = 1000;

    private readonly Dictionary<string, long>[] texts = [.. columns.Select(_ => new Dictionary<string, long>(StringComparer.Ordinal))];
    private readonly Dictionary<double, long>[] numbers = [.. columns.Select(_ => new Dictionary<double, long>())];

    /// <summary>Counts a row.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="row">Which one.</param>
    /// <exception cref="InputException">A column has too many values.</exception>
    public void Add(RawBatch rows, int row)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            var (name, raw) = columns[i];
            if (raw.IsText)
            {
                if (rows.Text(row, raw.Index) is { } text)
                {
                    Add(texts[i], text, 1, name);
                }
            }
            else if (rows.Number(row, raw.Index) is var number && !double.IsNaN(number))
            {
                // 0 and -0 are one category.
                Add(numbers[i], number + 0.0, 1, name);
            }
        }
    }

    /// <summary>Adds another thread's counts.</summary>
    /// <param name="other">The other.</param>
    public void Merge(CategoryCounts other)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            foreach (var (value, count) in other.texts[i])
            {
                Add(texts[i], value, count, columns[i].Name);
            }

            foreach (var (value, count) in other.numbers[i])
            {
                Add(numbers[i], value, count, columns[i].Name);
            }
        }
    }

    /// <summary>The most frequent values of a column.</summary>
    /// <param name="column">Its position.</param>
    /// <param name="most">How many; null for all.</param>
    /// <returns>In rising order of the values, numbers as numbers. Of equally frequent ones the lesser come first.</returns>
    /// <exception cref="InputException">There are none, or more than all can mean.</exception>
    public string[] Top(int column, int? most)
    {
        var (name, raw) = columns[column];
        var found = raw.IsText ? texts[column].Count : numbers[column].Count;
        if (found == 0)
        {
            throw new InputException($"--one-hot {name}: the column has no values; leave it out with --exclude.");
        }

        if (most is null && found > MostWithoutLimit)
        {
            throw new InputException($"--one-hot {name}: has {found:#,0} different values; say how many of the most frequent to keep, as in --one-hot {name}:20.");
        }

        var take = most ?? found;
        return raw.IsText
            ? [.. texts[column].OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(take).Select(pair => pair.Key).Order(StringComparer.Ordinal)]
            : [.. numbers[column].OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(take).Select(pair => pair.Key).Order().Select(number => number.ToString("R", CultureInfo.InvariantCulture))];
    }

    private static void Add<T>(Dictionary<T, long> counts, T value, long count, string name)
        where T : notnull
    {
        ref var sum = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, value, out var exists);
        sum += count;
        if (!exists && counts.Count > MostValues)
        {
            throw new InputException($"--one-hot {name}: has more than {MostValues:#,0} different values, so it is no category; leave it out, or keep it with --keep.");
        }
    }
}
