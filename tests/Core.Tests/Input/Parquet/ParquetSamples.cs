using KMeans.Input;
using KMeans.Input.Parquet;

namespace KMeans.Tests.Input.Parquet;

/// <summary>The files under Data/parquet and what they hold: the formulas of make/values.mjs.</summary>
internal static class ParquetSamples
{
    public const int RowCount = 200;

    public static string Folder => Path.Combine(AppContext.BaseDirectory, "Data", "parquet");

    public static TheoryData<string> Files() => new(Directory.GetFiles(Folder, "*.parquet").Select(path => Path.GetFileName(path)!).Where(name => !name.Contains("lz4")).Order());

    public static ParquetInputFile Open(string name) => new(new LocalByteSource(Path.Combine(Folder, name)));

    /// <summary>The value that a numeric column holds: NaN where missing.</summary>
    public static double Expected(string column, int row, int element)
    {
        var kind = column.Split('_')[0];
        if (column.EndsWith("_opt", StringComparison.Ordinal) && IsMissing(row))
        {
            return double.NaN;
        }

        return kind switch
        {
            "int8" => (row % 256) - 128,
            "uint8" => row % 256,
            "int16" => (row * 100) - 10000,
            "uint16" => 65535 - row,
            "int32" => (row * 1000003.0) - 100000000,
            "uint32" => 4294967295.0 - row,
            "int64" => 1700000000000000 + (60000000.0 * row),
            "uint64" => 18446744073709551615UL - (4096UL * (ulong)row),
            "float" => (row * 0.25) - 20,
            "double" => row / 3.0,
            "boolean" => row % 3 == 0 ? 1 : 0,
            "few" => row % 6 * 1.5,
            "date" => 18000 + row,
            "timestamp" => 1700000000000000 + (1000000.0 * row),
            "float16" => (row % 100 * 0.5) - 10,
            "decimal" => ((row * 101) - 5000) / 100.0,
            "list" when column == "list_items" && IsMissing(row + element) => double.NaN,
            "list" => row + (element * 0.5),
            "standard" => IsMissing(row) ? double.NaN : row + (element * 0.5),
            "group.leaf" => IsMissing(row) ? double.NaN : (row * 1000003.0) - 100000000,
            _ => throw new ArgumentException($"no formula for {column}"),
        };
    }

    /// <summary>What a column gives that is copied as text: text, and unsigned 64-bit integers as their digits.</summary>
    public static string? ExpectedText(InputColumn column, int row)
    {
        if (column.Name.EndsWith("_opt", StringComparison.Ordinal) && IsMissing(row))
        {
            return null;
        }

        return column.Type == "uint64" ? $"{18446744073709551615UL - (4096UL * (ulong)row)}" : $"name {row % 7}";
    }

    public static int[] NumericOrdinals(ParquetInputFile file) => [.. Enumerable.Range(0, file.Columns.Count).Where(i => file.Columns[i].IsNumeric)];

    /// <summary>What the columns hold in a row, features in order; uint32 in parquetjs' files is the row number.</summary>
    public static double[] ExpectedRow(string fileName, ParquetInputFile file, int[] ordinals, int row) =>
    [
        .. ordinals.SelectMany(o => Enumerable.Range(0, file.Columns[o].Width).Select(e =>
            fileName.StartsWith("parquetjs", StringComparison.Ordinal) && file.Columns[o].Name == "uint32" ? row : Expected(file.Columns[o].Name, row, e))),
    ];

    private static bool IsMissing(int row) => row % 5 == 1;
}
