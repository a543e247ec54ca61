using KMeans.Input.Parquet.Pages;

namespace KMeans.Input.Parquet.Columns;

/// <summary>Finds the one length that a column's lists have.</summary>
/// <remarks>
/// Where a list cannot be null, or the statistics count no nulls, it is values / rows of the metadata. Null lists count one value each and spoil that, so
/// then the first list that is not null is looked up in the pages. Reading verifies every row.
/// </remarks>
internal static class ListWidth
{
    /// <summary>Longer lists are refused.</summary>
    public const int Largest = 1 << 20;

    /// <summary>Finds the width.</summary>
    /// <param name="source">The file.</param>
    /// <param name="metadata">Its metadata, each group with a chunk for each leaf.</param>
    /// <param name="column">A list column without an obstacle.</param>
    /// <returns>The width, or 0 and the obstacle.</returns>
    public static (int Width, string? Obstacle) Find(ByteSource source, FileMetadata metadata, ParquetColumn column)
    {
        var width = 0L;
        var unknown = new List<int>();
        for (var g = 0; g < metadata.RowGroups.Length; g++)
        {
            var rows = metadata.RowGroups[g].RowCount;
            ref readonly var chunk = ref metadata.RowGroups[g].Chunks[column.Leaf];
            if (rows == 0)
            {
                continue;
            }

            if (column.ElementDefinition > 1 && chunk.NullCount != 0)
            {
                unknown.Add(g);
            }
            else if (chunk.ValueCount % rows != 0 || (width != 0 && chunk.ValueCount / rows != width))
            {
                return (0, "has lists that differ in length");
            }
            else
            {
                width = chunk.ValueCount / rows;
            }
        }

        for (var i = 0; i < unknown.Count && width == 0; i++)
        {
            var chunk = metadata.RowGroups[unknown[i]].Chunks[column.Leaf];
            try
            {
                using var decompressor = new PageDecompressor();
                using var pages = new PageReader(source, decompressor, 0);
                pages.Open(chunk, fromStart: false, long.MaxValue);
                width = FirstLength(pages, column);
            }
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                return (0, $"is damaged ({e.Message})");
            }
        }

        return width switch
        {
            0 => (0, "has no lists with values"),
            < 0 or > Largest => (0, $"has lists longer than {Largest}"),
            _ => ((int)width, null),
        };
    }

    /// <summary>The length of the first list that is not null.</summary>
    private static long FirstLength(PageReader pages, ParquetColumn column)
    {
        var repetitions = new LevelDecoder(1);
        var definitions = new LevelDecoder(column.MaxDefinition);
        Span<byte> block = stackalloc byte[2 * 512];
        var length = 0L;
        while (pages.Next())
        {
            if (!pages.Header.IsData || pages.Header.ValueCount == 0)
            {
                continue;
            }

            pages.Load();
            BeginLevels(pages, repetitions, definitions);
            for (var left = pages.Header.ValueCount; left > 0;)
            {
                var count = Math.Min(left, 512);
                var starts = block[..count];
                var levels = block.Slice(512, count);
                repetitions.Read(starts);
                definitions.Read(levels);
                left -= count;
                for (var i = 0; i < count; i++)
                {
                    if ((starts[i] == 0 && length > 0) || length > Largest)
                    {
                        return length;
                    }

                    length += levels[i] >= column.ElementDefinition ? 1 : 0;
                }
            }
        }

        return length;
    }

    private static void BeginLevels(PageReader pages, LevelDecoder repetitions, LevelDecoder definitions)
    {
        var header = pages.Header;
        if (header.Type == PageType.DataV2)
        {
            var middle = pages.Start + header.RepetitionBytes;
            repetitions.Begin(pages.LevelData, pages.Start, middle);
            definitions.Begin(pages.LevelData, middle, middle + header.DefinitionBytes);
            return;
        }

        var start = repetitions.Begin(pages.Data, pages.ValueStart, pages.End, header.RepetitionEncoding, header.ValueCount);
        definitions.Begin(pages.Data, start, pages.End, header.DefinitionEncoding, header.ValueCount);
    }
}
