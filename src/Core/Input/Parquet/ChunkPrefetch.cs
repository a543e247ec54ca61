namespace KMeans.Input.Parquet;

/// <summary>Says which bytes of a file a range of rows needs before any of them is read.</summary>
/// <remarks>
/// A guess from the footer: a chunk's bytes are taken to be spread evenly over its rows. What the guess misses is read when it is needed, so nothing here is checked.
/// </remarks>
internal static class ChunkPrefetch
{
    /// <summary>What a page header takes at most, as a rule.</summary>
    private const int HeaderBytes = 256;

    /// <summary>Parts that lie no farther apart are fetched together: another request costs a disk more.</summary>
    private const int GapBytes = 16 << 10;

    /// <summary>So are parts of adjoining chunks that lie no farther apart than so many times their length: what lies between are the same columns' neighbouring rows, which are needed next or just were.</summary>
    private const int GapParts = 4;

    /// <summary>Asks for them. O(row groups x columns) calls, fewer where the columns' chunks adjoin.</summary>
    /// <param name="file">The file.</param>
    /// <param name="range">Rows.</param>
    /// <param name="selection">Columns.</param>
    public static void Run(ParquetInputFile file, FileRange range, ColumnSelection selection)
    {
        var groups = file.Metadata.RowGroups;
        for (var g = file.FindRowGroup(range.Start); g < groups.Length && groups[g].FirstRow < range.End; g++)
        {
            var span = new Span(file.Source);
            var chunkEnd = 0L;
            foreach (var ordinal in selection.Ordinals)
            {
                chunkEnd = Add(ref span, file, groups[g], ordinal, range, chunkEnd);
            }

            if (selection.WeightOrdinal >= 0)
            {
                Add(ref span, file, groups[g], selection.WeightOrdinal, range, chunkEnd);
            }

            span.Flush();
        }
    }

    /// <returns>Where the column's chunk ends.</returns>
    private static long Add(ref Span span, ParquetInputFile file, RowGroup group, int ordinal, FileRange range, long previousChunkEnd)
    {
        ref readonly var chunk = ref group.Chunks[file.ColumnAt(ordinal).Leaf];
        if (chunk.CompressedBytes <= 0 || group.RowCount <= 0)
        {
            return previousChunkEnd;
        }

        var from = Math.Max(range.Start - group.FirstRow, 0);
        var to = Math.Min(range.End - group.FirstRow, group.RowCount);
        var start = (long)((Int128)chunk.CompressedBytes * from / group.RowCount);
        var end = Math.Min(chunk.CompressedBytes, HeaderBytes + (long)((Int128)chunk.CompressedBytes * to / group.RowCount));
        var gap = chunk.Start >= previousChunkEnd && chunk.Start - previousChunkEnd <= GapBytes ? Math.Max(GapBytes, GapParts * (end - start)) : GapBytes;
        span.Add(chunk.Start, Math.Min(HeaderBytes, chunk.CompressedBytes), gap);
        span.Add(chunk.Start + start, end - start, gap);
        return chunk.Start + chunk.CompressedBytes;
    }

    /// <summary>Neighbouring parts on their way to one request.</summary>
    private ref struct Span(ByteSource source)
    {
        private long start;
        private long end;

        public void Add(long offset, long length, long gap)
        {
            if (end == start || offset < start || offset > end + gap)
            {
                Flush();
                start = end = offset;
            }

            end = Math.Max(end, offset + length);
        }

        public void Flush()
        {
            if (end > start)
            {
                source.Prefetch(start, end - start);
            }

            start = end = 0;
        }
    }
}
