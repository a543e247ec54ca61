using System.Globalization;
using KMeans.Input;
using KMeans.Preparation;
using KMeans.Tests.Support;

namespace KMeans.Tests.Preparation;

/// <summary>Prepares small files and reads the result.</summary>
internal static class Prepared
{
    public static PreparationResult Run(TemporaryFolder folder, string csv, PreparationOptions options, PreparedOutput? output = null, int threads = 2) => Preparer.Run(
        InputFiles.Open([folder.Write("raw.csv", csv)], new InputFormatOptions { CsvHeader = options.Header, CsvDelimiter = options.Delimiter }),
        options, output ?? new PreparedOutput { Path = folder.File("out.parquet"), Overwrite = true }, threads);

    /// <summary>The features of a prepared file, NaN where missing.</summary>
    public static (string[] Names, double[][] Rows) Read(string path)
    {
        using var input = InputSet.Create(InputFiles.Open([path], new InputFormatOptions()), new ColumnChoice());
        return ([.. input.FeatureNames], Read(input));
    }

    public static double[][] Read(InputSet input)
    {
        var rows = new List<double[]>();
        var batch = new RowBatch<double>(100, input.FeatureCount, false);
        foreach (var segment in input.Partitions.SelectMany(partition => partition.Segments))
        {
            using var reader = input.OpenRows(segment, ColumnTransform.Identity(input.FeatureCount));
            while (reader.Read(batch, 100) > 0)
            {
                rows.AddRange(batch.Samples.Take(batch.Count * input.FeatureCount).Chunk(input.FeatureCount));
                batch.Count = 0;
            }
        }

        return [.. rows];
    }

    /// <summary>A column of a prepared file as text, empty where missing.</summary>
    public static string[] ReadValues(string path, string column)
    {
        using var file = InputFormats.Open(path, new InputFormatOptions());
        var ordinal = file.Columns.ToList().FindIndex(each => each.Name == column);
        using var reader = file.OpenValues(new FileRange(0, file.RowCount!.Value), [ordinal]);
        var values = new ValueColumn(reader.Kinds[0], (int)file.RowCount.Value);
        var done = 0;
        var all = new List<string>();
        while (reader.Read([values], values.Capacity - done) is > 0 and var count)
        {
            done += count;
            all.AddRange(Enumerable.Range(0, count).Select(i => values.Missing[i] ? "" : values.Kind switch
            {
                ValueKind.Text => values.Texts[i]!,
                ValueKind.Whole => values.Wholes[i].ToString(CultureInfo.InvariantCulture),
                _ => values.Reals[i].ToString("R", CultureInfo.InvariantCulture),
            }));
        }

        return [.. all];
    }
}
