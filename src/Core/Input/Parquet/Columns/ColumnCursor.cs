using System.Numerics;
using System.Runtime.InteropServices;
using KMeans.Input.Parquet.Pages;

namespace KMeans.Input.Parquet.Columns;

/// <summary>A place in one column that moves forward: over row groups and pages, by reading or passing over rows.</summary>
internal abstract class ColumnCursor : IDisposable
{
    /// <summary>What a page header takes at most, as a rule.</summary>
    private const int HeaderBytes = 256;

    private readonly long end;
    private long pendingSkip;
    private bool isAtStart = true;

    /// <summary>Creates a cursor at a range's first row; nothing is read yet.</summary>
    /// <param name="file">The file.</param>
    /// <param name="column">The column.</param>
    /// <param name="range">Rows to read.</param>
    /// <param name="decompressor">This thread's.</param>
    /// <param name="window">Bytes of the file to hold: see <see cref="PageReader"/>.</param>
    protected ColumnCursor(ParquetInputFile file, ParquetColumn column, FileRange range, PageDecompressor decompressor, int window)
    {
        File = file;
        Column = column;
        Pages = new PageReader(file.Source, decompressor, window);
        end = range.End;
        Group = file.FindRowGroup(range.Start) - 1;
        pendingSkip = Group + 1 < file.Metadata.RowGroups.Length ? range.Start - file.Metadata.RowGroups[Group + 1].FirstRow : 0;
    }

    /// <summary>The column.</summary>
    public ParquetColumn Column { get; }

    /// <summary>Features a row.</summary>
    public virtual int Width => 1;

    /// <summary>Index of the row group; -1 before the first is begun.</summary>
    public int Group { get; private set; }

    /// <summary>The file.</summary>
    protected ParquetInputFile File { get; }

    /// <summary>The column's pages.</summary>
    protected PageReader Pages { get; }

    /// <summary>Rows of the group not yet passed.</summary>
    protected long RowsLeft { get; set; }

    /// <summary>Values with nulls of the current page not yet passed.</summary>
    protected int SlotsLeft { get; set; }

    /// <summary>Whether the current page is decompressed and its decoders started.</summary>
    protected bool IsLoaded { get; set; }

    /// <summary>Index of the next row in the file.</summary>
    protected long Row => File.Metadata.RowGroups[Group].EndRow - RowsLeft;

    /// <summary>Values with nulls of the group that are in pages not yet begun.</summary>
    protected long SlotsBehindPage { get; private set; }

    /// <summary>The chunk of the current group.</summary>
    protected ref readonly ColumnChunk Chunk => ref File.Metadata.RowGroups[Group].Chunks[Column.Leaf];

    /// <summary>Pages passed so far as the index of pages counts them: values, or rows for lists that differ in length.</summary>
    protected long PagePosition { get; set; }

    /// <summary>Reads the next rows into samples.</summary>
    /// <typeparam name="T">The sample's type.</typeparam>
    /// <param name="samples">Out; row i begins at i * stride.</param>
    /// <param name="stride">Between two rows; at least the width.</param>
    /// <param name="rows">How many; they exist.</param>
    /// <param name="transform">The column's part of the transform.</param>
    public abstract void Read<T>(Span<T> samples, int stride, int rows, FeatureTransform transform)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Reads the next rows of a flat column as float32: leaves them in the page where that holds them so, without nulls.</summary>
    /// <param name="scratch">Takes them, transformed, where they cannot stay; room for the rows from the start on.</param>
    /// <param name="start">First byte of the scratch to use.</param>
    /// <param name="rows">How many; they exist.</param>
    /// <param name="transform">The column's part of the transform.</param>
    /// <returns>Valid until the column is read again.</returns>
    public virtual FloatColumn ReadFloats(byte[] scratch, int start, int rows, FeatureTransform transform)
    {
        Read(MemoryMarshal.Cast<byte, float>(scratch.AsSpan(start, rows * sizeof(float))), 1, rows, transform);
        return new FloatColumn(scratch, start, 0, 1);
    }

    /// <summary>Passes over rows, lazily: the work is done when reading goes on, and pages that nobody reads are not decompressed.</summary>
    /// <param name="rows">How many.</param>
    public void Skip(long rows)
    {
        pendingSkip += rows;
        isAtStart &= rows == 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Pages.Dispose();

    /// <summary>Goes to the row where reading goes on.</summary>
    /// <returns>Rows left in its group, at least 1.</returns>
    protected long Advance()
    {
        while (pendingSkip > 0 || RowsLeft == 0)
        {
            if (RowsLeft == 0)
            {
                NextGroup();
                continue;
            }

            var count = Math.Min(pendingSkip, RowsLeft);
            pendingSkip -= count;
            if (count < RowsLeft)
            {
                Pages.Pass();
                SkipRows(count);
                if (isAtStart)
                {
                    // Whoever opens a range reads it to its end.
                    Pages.Resume();
                }
            }
            else
            {
                SlotsLeft = 0;
            }

            RowsLeft -= count;
        }

        isAtStart = false;
        return RowsLeft;
    }

    /// <summary>Passes over rows that end inside the current group.</summary>
    /// <param name="rows">Fewer than are left in it.</param>
    protected abstract void SkipRows(long rows);

    /// <summary>Begins a group whose chunk has just been opened.</summary>
    protected virtual void BeginGroup()
    {
    }

    /// <summary>Takes the dictionary from the loaded page.</summary>
    protected abstract void LoadDictionary();

    /// <summary>Whether the group's dictionary is loaded.</summary>
    protected bool HasDictionary { get; set; }

    /// <summary>Goes to the group's next data page with values, without loading it.</summary>
    protected void NextPage()
    {
        do
        {
            if (!Pages.Next())
            {
                throw new InvalidDataException("it has fewer values than its row group has rows");
            }

            if (Pages.Header.Type == PageType.Dictionary)
            {
                TakeDictionary();
            }
            else
            {
                SlotsLeft = Pages.Header.ValueCount;
            }
        }
        while (SlotsLeft == 0);

        if (SlotsLeft > SlotsBehindPage)
        {
            throw new InvalidDataException("its pages have more values than its chunk");
        }

        SlotsBehindPage -= SlotsLeft;
        IsLoaded = false;
    }

    /// <summary>Notes where the current page begins, for readers to come.</summary>
    protected void Remember() =>
        File.PagesOf(Group, Column.Leaf).Add(new PagePlace(PagePosition, Chunk.ValueCount - SlotsBehindPage - SlotsLeft, Pages.HeaderOffset));

    /// <summary>Jumps ahead to a page found in the index, from the end of a page.</summary>
    /// <param name="target">The place wanted, as <see cref="PagePosition"/> counts.</param>
    /// <param name="passed">How much of the way that was.</param>
    /// <returns>False where no page ahead is known.</returns>
    protected bool TryJump(long target, out long passed)
    {
        passed = 0;
        if (!File.PagesOf(Group, Column.Leaf).TryFind(target, out var page) || page.Position <= PagePosition)
        {
            return false;
        }

        passed = page.Position - PagePosition;
        PagePosition = page.Position;
        SlotsBehindPage = Chunk.ValueCount - page.Slots;
        Pages.Position = page.Offset;
        return true;
    }

    /// <summary>Makes sure that a page which refers to a dictionary finds it loaded: a jump into the chunk may have passed it.</summary>
    /// <returns>False where the chunk has none, as when all its values are null.</returns>
    protected bool FindDictionary()
    {
        if (HasDictionary)
        {
            return true;
        }

        var header = Pages.HeaderOffset;
        Pages.Position = Chunk.Start;
        var found = Pages.Next() && Pages.Header.Type == PageType.Dictionary;
        if (found)
        {
            TakeDictionary();
        }

        Pages.Position = header;
        Pages.Next();
        return found;
    }

    private void TakeDictionary()
    {
        if (HasDictionary)
        {
            throw new InvalidDataException("it has two dictionaries");
        }

        Pages.Load();
        LoadDictionary();
        HasDictionary = true;
    }

    /// <summary>File offset up to which reading ahead pays: where the range ends in the chunk if its bytes are spread evenly over its rows.</summary>
    private long AheadEnd()
    {
        var group = File.Metadata.RowGroups[Group];
        return end >= group.EndRow ? long.MaxValue : Chunk.Start + HeaderBytes + (long)((Int128)Chunk.CompressedBytes * (end - group.FirstRow) / group.RowCount);
    }

    private void NextGroup()
    {
        Group++;
        RowsLeft = File.Metadata.RowGroups[Group].RowCount;
        if (RowsLeft == 0)
        {
            return;
        }

        File.CheckChunk(Column, Group);
        SlotsBehindPage = Chunk.ValueCount;
        SlotsLeft = 0;
        PagePosition = 0;
        IsLoaded = false;
        HasDictionary = false;
        Pages.Open(Chunk, fromStart: pendingSkip == 0, AheadEnd());
        BeginGroup();
    }
}
