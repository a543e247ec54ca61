using System.Numerics;
using KMeans.Input;

namespace KMeans.Tests.Input;

/// <summary>Short ways to read a whole file in a test.</summary>
internal static class InputReading
{
    public static FileRange Whole(this InputFile file) => new(0, file.RowCount ?? long.MaxValue);

    public static ColumnSelection AllColumns(this InputFile file) => new([.. Enumerable.Range(0, file.Columns.Count)]);

    /// <summary>Reads a range through batches of a few rows, so that every call appends to what is there.</summary>
    public static List<T[]> ReadRows<T>(this InputFile file, FileRange? range = null, ColumnSelection? selection = null, ColumnTransform? transform = null, List<double>? weights = null, List<long>? rows = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        selection ??= file.AllColumns();
        transform ??= ColumnTransform.Identity(selection.Ordinals.Count);
        using var reader = file.OpenRows(range ?? file.Whole(), selection, transform);
        var batch = new RowBatch<T>(7, selection.Ordinals.Count, selection.WeightOrdinal >= 0);
        var result = new List<T[]>();
        while (true)
        {
            batch.Count = 0;
            var read = reader.Read(batch, 3);
            read += reader.Read(batch, 100);
            Assert.Equal(read, batch.Count);
            for (var i = 0; i < read; i++)
            {
                result.Add(batch.Samples.AsSpan(i * batch.FeatureCount, batch.FeatureCount).ToArray());
                weights?.Add(batch.SampleWeights![i]);
                rows?.Add(batch.Rows[i]);
            }

            if (read == 0)
            {
                return result;
            }
        }
    }

    /// <summary>Reads all columns as text for comparison: numbers in round-trip form, null where missing.</summary>
    public static List<string?[]> ReadValues(this InputFile file, IReadOnlyList<int> ordinals, FileRange? range = null)
    {
        using var reader = file.OpenValues(range ?? file.Whole(), ordinals);
        var columns = reader.Kinds.Select(kind => new ValueColumn(kind, 3)).ToArray();
        var result = new List<string?[]>();
        for (int read; (read = reader.Read(columns, 3)) > 0;)
        {
            for (var i = 0; i < read; i++)
            {
                result.Add([.. columns.Select(column => column.Missing[i] ? null : column.Kind switch
                {
                    ValueKind.Whole => $"{column.Wholes[i]}",
                    ValueKind.Real => $"{column.Reals[i]:R}",
                    _ => column.Texts[i],
                })]);
            }
        }

        return result;
    }

    /// <summary>Checks that an action fails with one line that begins with the file's name.</summary>
    public static string AssertRefused(Action action, params string[] parts)
    {
        var message = Assert.Throws<InputException>(action).Message;
        Assert.DoesNotContain('\n', message);
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
        return message;
    }
}
