using KMeans.Input;

namespace KMeans.Coordination;

/// <summary>Writes and reads the description of an input as a part of a frame.</summary>
internal static class InputSpecCodec
{
    private const int MostTextBytes = 64 << 10;
    private const int MostRecipeBytes = 1 << 20;

    /// <summary>The bytes that it takes.</summary>
    /// <param name="input">The description.</param>
    /// <returns>Exactly what <see cref="Write"/> writes.</returns>
    public static long Bytes(InputSpec input) =>
        TextsBytes(input.Paths) + WireWriter.TextBytes(input.Format.Format) + 1 + sizeof(int) + WireWriter.TextBytes(input.Recipe ?? "")
        + OptionalBytes(input.Choice.Columns) + OptionalBytes(input.Choice.Exclude) + OptionalBytes(input.Choice.WeightColumn is { } weight ? [weight] : null) + 1 + 1
        + sizeof(int) + input.Files.Sum(file => WireWriter.TextBytes(file.Name) + (2 * sizeof(long)) + 1)
        + 1 + sizeof(int) + input.Columns.Sum(column => WireWriter.TextBytes(column.Name) + sizeof(int));

    /// <summary>Writes it.</summary>
    /// <param name="writer">The frame.</param>
    /// <param name="input">The description.</param>
    public static void Write(WireWriter writer, InputSpec input)
    {
        Texts(writer, input.Paths);
        writer.Text(input.Format.Format);
        writer.Byte(input.Format.CsvHeader switch { null => 2, true => 1, false => 0 });
        writer.Int32(input.Format.CsvDelimiter ?? -1);
        writer.Text(input.Recipe ?? "");
        Optional(writer, input.Choice.Columns);
        Optional(writer, input.Choice.Exclude);
        Optional(writer, input.Choice.WeightColumn is { } weight ? [weight] : null);
        writer.Byte((byte)input.Choice.Distance);
        writer.Byte((byte)input.Distribution);
        writer.Int32(input.Files.Count);
        foreach (var file in input.Files)
        {
            writer.Text(file.Name);
            writer.Int64(file.Length);
            writer.Int64(file.RowCount ?? -1);
            writer.Byte(file.CanSeek ? (byte)1 : (byte)0);
        }

        writer.Byte(input.ColumnsAreNamed ? (byte)1 : (byte)0);
        writer.Int32(input.Columns.Count);
        foreach (var column in input.Columns)
        {
            writer.Text(column.Name);
            writer.Int32(column.Width);
        }
    }

    /// <summary>Reads it.</summary>
    /// <param name="reader">The frame.</param>
    /// <returns>The description: well formed, at least one file and column; whether it is true is for whoever opens it.</returns>
    /// <exception cref="SummaryFormatException">It is not well formed.</exception>
    public static InputSpec Read(WireReader reader) => new()
    {
        Paths = Texts(reader, "a path"),
        Format = new InputFormatOptions
        {
            Format = reader.Text(MostTextBytes, "the format"),
            CsvHeader = reader.Byte() switch { 0 => false, 1 => true, 2 => null, var other => throw reader.Wrong($"has a header flag {other}") },
            CsvDelimiter = reader.Count(-1, 127, "the delimiter") is var delimiter and >= 0 ? (char)delimiter : null,
        },
        Recipe = reader.Text(MostRecipeBytes, "the recipe") is { Length: > 0 } recipe ? recipe : null,
        Choice = new ColumnChoice(
            Optional(reader), Optional(reader), Optional(reader)?.FirstOrDefault(), reader.Flag("the distance") ? DistanceMeasure.Cosine : DistanceMeasure.Euclidean),
        Distribution = reader.Flag("the distribution") ? DataDistribution.ShardedByKey : DataDistribution.FullyReplicated,
        Files = Files(reader),
        ColumnsAreNamed = reader.Flag("whether columns are named"),
        Columns = Columns(reader),
    };

    private static FileIdentity[] Files(WireReader reader)
    {
        var files = new FileIdentity[reader.Count(1, Fitting(reader, sizeof(int) + (2 * sizeof(long)) + 1), "files")];
        for (var i = 0; i < files.Length; i++)
        {
            var name = reader.Text(MostTextBytes, "a file's name");
            var length = reader.Whole(0, long.MaxValue / 4096, "a file's length");
            var rows = reader.Whole(-1, long.MaxValue / 4096, "a file's rows");
            files[i] = new FileIdentity(name, length, rows < 0 ? null : rows, reader.Flag("whether a file can be read anywhere"));
        }

        return files;
    }

    private static FeatureColumn[] Columns(WireReader reader)
    {
        var columns = new FeatureColumn[reader.Count(1, Fitting(reader, 2 * sizeof(int)), "columns")];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = new FeatureColumn(reader.Text(MostTextBytes, "a column's name"), reader.Count(1, 1 << 24, "a column's width"));
        }

        return columns;
    }

    /// <summary>How many things of a least size the rest of the frame can hold.</summary>
    private static int Fitting(WireReader reader, int leastBytes) => (int)Math.Min(int.MaxValue, reader.Left / leastBytes);

    private static long TextsBytes(IReadOnlyList<string> texts) => sizeof(int) + texts.Sum(WireWriter.TextBytes);

    private static long OptionalBytes(IReadOnlyList<string>? texts) => 1 + (texts is null ? 0 : TextsBytes(texts));

    private static void Texts(WireWriter writer, IReadOnlyList<string> texts)
    {
        writer.Int32(texts.Count);
        foreach (var text in texts)
        {
            writer.Text(text);
        }
    }

    private static void Optional(WireWriter writer, IReadOnlyList<string>? texts)
    {
        writer.Byte(texts is null ? (byte)0 : (byte)1);
        if (texts is not null)
        {
            Texts(writer, texts);
        }
    }

    private static string[] Texts(WireReader reader, string name)
    {
        var texts = new string[reader.Count(0, Fitting(reader, sizeof(int)), "names")];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = reader.Text(MostTextBytes, name);
        }

        return texts;
    }

    private static string[]? Optional(WireReader reader) => reader.Flag("whether names are given") ? Texts(reader, "a column's name") : null;
}
