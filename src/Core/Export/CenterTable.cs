using System.Globalization;
using KMeans.Input;
using KMeans.Models;

namespace KMeans.Export;

/// <summary>The table of the CSV and Parquet exports: a row a cluster, its label, its size, and its center by the features' names, in the columns' own units.</summary>
internal static class CenterTable
{
    /// <summary>The columns' names.</summary>
    /// <param name="model">The model.</param>
    /// <returns>Two names and those of the features. Where a feature is called as one of the two, that one gets underscores at its end.</returns>
    public static string[] Names(TrainedModel model)
    {
        var taken = model.FeatureNames.ToHashSet(StringComparer.Ordinal);
        return [Free("cluster", taken), Free("size", taken), .. model.FeatureNames];
    }

    /// <summary>The size of a cluster.</summary>
    /// <param name="model">The model.</param>
    /// <param name="cluster">Its label.</param>
    /// <returns>The weight of its rows; null where the model does not know it.</returns>
    public static double? Size(TrainedModel model, int cluster) => model.ClusterWeights.Length > 0 ? model.ClusterWeights[cluster] : null;

    /// <summary>Reads the centers of a table back, with the readers of this program.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Its format.</param>
    /// <param name="model">The model.</param>
    /// <returns>What the file says.</returns>
    /// <exception cref="InvalidDataException">Its columns or rows are others.</exception>
    public static ExportedModel Read(string path, InputFormatOptions options, TrainedModel model)
    {
        var (k, d) = (model.ClusterCount, model.FeatureCount);
        var file = InputFormats.Open(path, options);
        using var input = InputSet.Create([file], new ColumnChoice([file.Columns[0].Name]));
        if (!file.Columns.Select(column => column.Name).SequenceEqual(Names(model)))
        {
            throw new InvalidDataException("its columns have other names");
        }

        var centers = new double[k * d];
        var filled = 0;
        foreach (var segment in input.Partitions.SelectMany(partition => partition.Segments))
        {
            using var reader = file.OpenValues(segment.Range, [.. Enumerable.Range(2, d)]);
            var columns = reader.Kinds.Select(kind => new ValueColumn(kind, k + 1)).ToArray();
            while (reader.Read(columns, k + 1) is > 0 and var count)
            {
                if (filled + count > k)
                {
                    throw new InvalidDataException("it has more rows than there are clusters");
                }

                for (var i = 0; i < count; i++)
                {
                    for (var f = 0; f < d; f++)
                    {
                        centers[((filled + i) * d) + f] = Value(columns[f], i);
                    }
                }

                filled += count;
            }
        }

        return filled == k ? ExportedModel.OfColumnUnits(centers, model) : throw new InvalidDataException($"it has {filled} rows");
    }

    private static double Value(ValueColumn column, int row) => column.Kind switch
    {
        ValueKind.Whole => column.Wholes[row],
        ValueKind.Real => column.Reals[row],
        _ => double.Parse(column.Texts[row] ?? "", NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static string Free(string name, HashSet<string> taken)
    {
        while (!taken.Add(name))
        {
            name += "_";
        }

        return name;
    }
}
