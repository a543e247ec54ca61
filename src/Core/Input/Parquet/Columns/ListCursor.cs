using System.Numerics;
using KMeans.Input.Parquet.Pages;

namespace KMeans.Input.Parquet.Columns;

/// <summary>A column whose rows are lists of one length, or null.</summary>
/// <typeparam name="TValue">What values become.</typeparam>
/// <remarks>
/// Levels are decoded into bytes and compared with the pattern of whole rows, so that rows without nulls move as fast as flat columns. A chunk with
/// as many values as rows times the width is positioned by values alone; one with null lists row by row.
/// </remarks>
internal sealed class ListCursor<TValue> : ValueCursor<TValue>
{
    private const int LevelBlock = 4096;

    private readonly int width;
    private readonly byte[] repetitions;
    private readonly byte[] definitions;
    private readonly byte[] pattern;
    private int first;
    private int buffered;
    private bool isRegular;

    /// <summary>Creates a cursor at a row; nothing is read yet.</summary>
    /// <param name="file">The file.</param>
    /// <param name="column">The column.</param>
    /// <param name="width">The length of its lists, at least 1.</param>
    /// <param name="range">Rows to read.</param>
    /// <param name="decompressor">This thread's.</param>
    /// <param name="window">Bytes of the file to hold: see <see cref="PageReader"/>.</param>
    public ListCursor(ParquetInputFile file, ParquetColumn column, int width, FileRange range, PageDecompressor decompressor, int window)
        : base(file, column, range, decompressor, window)
    {
        this.width = width;
        var capacity = Math.Max(LevelBlock, width);
        repetitions = new byte[capacity];
        definitions = new byte[capacity];
        pattern = new byte[capacity];
        for (var i = 0; i < capacity; i++)
        {
            pattern[i] = (byte)(i % width == 0 ? 0 : 1);
        }
    }

    /// <inheritdoc/>
    public override int Width => width;

    /// <inheritdoc/>
    public override void Read<T>(Span<T> samples, int stride, int rows, FeatureTransform transform)
    {
        for (var done = 0; done < rows;)
        {
            var left = Advance();
            if (buffered < width)
            {
                Fill();
            }

            var whole = WholeRows((int)Math.Min(Math.Min(rows - done, left), buffered / width));
            if (whole > 0)
            {
                Convert(Values.Read(whole * width), samples[(done * stride)..], stride, whole, transform);
                Consume(whole * width);
            }
            else
            {
                ReadRow(samples.Slice(done * stride, width), transform);
                whole = 1;
            }

            done += whole;
            PagePosition += isRegular ? 0 : whole;
            RowsLeft -= whole;
            if (RowsLeft == 0 && SlotsLeft + SlotsBehindPage > 0)
            {
                throw WrongLength(Row, "more");
            }
        }
    }

    /// <inheritdoc/>
    protected override void BeginGroup()
    {
        buffered = 0;
        isRegular = Math.BigMul((ulong)RowsLeft, (ulong)width) == (UInt128)Chunk.ValueCount;
    }

    /// <inheritdoc/>
    protected override void SkipRows(long rows)
    {
        if (isRegular)
        {
            SkipSlots(rows * width);
            return;
        }

        while (rows > 0)
        {
            if (SlotsLeft == 0)
            {
                if (TryJump(PagePosition + rows, out var passed))
                {
                    rows -= passed;
                    continue;
                }

                BeginPage();
                if (Pages.Header.RowCount >= 0 && Pages.Header.RowCount <= rows)
                {
                    SlotsLeft = 0;
                    PagePosition += Pages.Header.RowCount;
                    rows -= Pages.Header.RowCount;
                    continue;
                }
            }

            ReadRow<float>([], null);
            PagePosition++;
            rows--;
        }
    }

    private static void Convert<T>(ReadOnlySpan<TValue> values, Span<T> samples, int stride, int rows, FeatureTransform transform)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var width = values.Length / rows;
        if (transform.IsIdentity && stride == width && typeof(TValue) == typeof(T))
        {
            transform.ConvertList(values, samples, 0);
            return;
        }

        for (var i = 0; i < rows; i++)
        {
            transform.ConvertList(values.Slice(i * width, width), samples.Slice(i * stride, width), 0);
        }
    }

    /// <summary>Rows at the front of the buffered levels that are whole lists without nulls.</summary>
    private int WholeRows(int rows)
    {
        if (rows == 0)
        {
            return 0;
        }

        var slots = rows * width;
        var alike = repetitions.AsSpan(first, slots).CommonPrefixLength(pattern.AsSpan(0, slots));
        var missing = definitions.AsSpan(first, slots).IndexOfAnyExcept((byte)Column.MaxDefinition);
        return Math.Min(alike, missing < 0 ? slots : missing) / width;
    }

    /// <summary>Reads one row whose levels are not whole: with nulls, over two pages, or of another length.</summary>
    private void ReadRow<T>(Span<T> samples, FeatureTransform? transform)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var j = 0; j < width;)
        {
            if (buffered == 0)
            {
                if (SlotsLeft + SlotsBehindPage == 0)
                {
                    throw WrongLength(Row + 1, $"{j}");
                }

                Fill();
            }

            if (j == 0)
            {
                if (repetitions[first] != 0)
                {
                    throw WrongLength(Row, "more");
                }

                if (IsNullList(definitions[first]))
                {
                    samples.Fill(T.NaN);
                    Consume(1);
                    return;
                }
            }

            var count = Math.Min(width - j, buffered);
            var shortAt = repetitions.AsSpan(first, count)[(j == 0 ? 1 : 0)..].IndexOf((byte)0);
            if (shortAt >= 0)
            {
                throw WrongLength(Row + 1, $"{j + shortAt + (j == 0 ? 1 : 0)}");
            }

            ReadElements(samples, transform, j, count);
            Consume(count);
            j += count;
        }
    }

    private bool IsNullList(byte definition) => definition < Column.ElementDefinition - 1
        || (definition == Column.ElementDefinition - 1 ? throw WrongLength(Row + 1, "0") : false);

    private void ReadElements<T>(Span<T> samples, FeatureTransform? transform, int start, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var levels = definitions.AsSpan(first, count);
        var max = (byte)Column.MaxDefinition;
        var there = levels.Count(max);
        if (transform is null)
        {
            Values.Skip(there);
            return;
        }

        var values = Values.Read(there);
        if (there == count)
        {
            transform.ConvertList(values, samples[start..], start);
            return;
        }

        for (int i = 0, next = 0; i < count; i++)
        {
            if (levels[i] == max)
            {
                transform.ConvertList(values.Slice(next++, 1), samples[(start + i)..], start + i);
            }
            else
            {
                samples[start + i] = T.NaN;
            }
        }
    }

    private void SkipSlots(long slots)
    {
        while (slots > 0)
        {
            if (SlotsLeft == 0)
            {
                if (TryJump(PagePosition + slots, out var passed))
                {
                    slots -= passed;
                    continue;
                }

                BeginPage();
            }

            if (!IsLoaded && SlotsLeft <= slots)
            {
                slots -= SlotsLeft;
                SlotsLeft = 0;
                continue;
            }

            if (buffered == 0)
            {
                Fill();
            }

            var count = (int)Math.Min(slots, buffered);
            Values.Skip(definitions.AsSpan(first, count).Count((byte)Column.MaxDefinition));
            Consume(count);
            slots -= count;
        }
    }

    /// <summary>Decodes levels of the current page, or of the next one where it is done, behind those that are buffered.</summary>
    private void Fill()
    {
        if (SlotsLeft == 0)
        {
            BeginPage();
        }

        LoadPage();
        repetitions.AsSpan(first, buffered).CopyTo(repetitions);
        definitions.AsSpan(first, buffered).CopyTo(definitions);
        first = 0;
        var count = Math.Min(repetitions.Length, SlotsLeft) - buffered;
        Repetitions!.Read(repetitions.AsSpan(buffered, count));
        Definitions!.Read(definitions.AsSpan(buffered, count));
        buffered += count;
    }

    private void Consume(int slots)
    {
        first += slots;
        buffered -= slots;
        SlotsLeft -= slots;
    }

    private void BeginPage()
    {
        NextPage();
        Remember();
        PagePosition += isRegular ? SlotsLeft : 0;
        buffered = 0;
        first = 0;
    }

    private Exception WrongLength(long row, string values) => row == 0
        ? new InvalidDataException("its first page does not begin with a row")
        : new InputException($"{File.Path}: row {row}: column '{Column.Name}' has a list of {values} values where other rows have {width}; make all lists of one length.");
}
