using System.Numerics;
using KMeans.Input.Parquet.Pages;
using KMeans.Input.Parquet.Values;

namespace KMeans.Input.Parquet;

/// <summary>Finds what the footer says about a column's pages that keeps them from being read: codecs, encodings, encryption.</summary>
internal static class PageObstacles
{
    /// <summary>Levels and dictionary indices are always read; which values a page has in them only its own header tells.</summary>
    private const uint AlwaysRead = (1 << (int)PageEncoding.Rle) | (1 << (int)PageEncoding.BitPacked)
        | (1 << (int)PageEncoding.PlainDictionary) | (1 << (int)PageEncoding.RleDictionary);

    private const int Unnumbered = 31;

    /// <summary>Looks through a column's chunks. O(row groups).</summary>
    /// <param name="column">The column.</param>
    /// <param name="groups">The file's row groups, each with a chunk for each leaf.</param>
    /// <returns>The first obstacle ("uses codec LZ4"); null where there is none, or where the column is not read anyway.</returns>
    public static string? Find(ParquetColumn column, RowGroup[] groups)
    {
        if (column.Kind == ColumnKind.None || column.Leaf < 0)
        {
            return null;
        }

        var known = AlwaysRead;
        foreach (var group in groups)
        {
            if (group.RowCount == 0)
            {
                continue;
            }

            ref readonly var chunk = ref group.Chunks[column.Leaf];
            if ((chunk.Obstacle ?? PageDecompressor.Obstacle(chunk.Codec)) is { } obstacle)
            {
                return obstacle;
            }

            for (var unseen = chunk.Encodings & ~known; unseen != 0; unseen &= unseen - 1)
            {
                var number = BitOperations.TrailingZeroCount(unseen);
                if (!ValueDecoders.Supports(column, (PageEncoding)number))
                {
                    return number == Unnumbered ? "uses an unknown encoding" : $"uses encoding {ParquetNames.Of((PageEncoding)number)}";
                }
            }

            known |= chunk.Encodings;
        }

        return null;
    }
}
