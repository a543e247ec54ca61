using System.Numerics;
using System.Runtime.InteropServices;
using KMeans.Input.Parquet.Pages;

namespace KMeans.Input.Parquet.Columns;

/// <summary>A column with one value, or null, a row.</summary>
/// <typeparam name="TValue">What values become.</typeparam>
internal sealed class FlatCursor<TValue> : ValueCursor<TValue>
{
    /// <summary>Levels decoded at a time.</summary>
    private const int LevelBlock = 2048;

    private readonly byte[] levels;

    /// <summary>Creates a cursor at a row; nothing is read yet.</summary>
    /// <param name="file">The file.</param>
    /// <param name="column">The column.</param>
    /// <param name="range">Rows to read.</param>
    /// <param name="decompressor">This thread's.</param>
    /// <param name="window">Bytes of the file to hold: see <see cref="PageReader"/>.</param>
    public FlatCursor(ParquetInputFile file, ParquetColumn column, FileRange range, PageDecompressor decompressor, int window)
        : base(file, column, range, decompressor, window) => levels = column.MaxDefinition > 0 ? new byte[LevelBlock] : [];

    /// <inheritdoc/>
    public override void Read<T>(Span<T> samples, int stride, int rows, FeatureTransform transform)
    {
        while (rows > 0)
        {
            var values = Next(rows, out var present, out var count);
            if (stride == 1 || count == 1)
            {
                transform.Convert(values, samples);
                if (present.Length > 0)
                {
                    Spread(samples, present, values.Length);
                }
            }
            else
            {
                Strided(values, present, count, samples, stride, transform);
            }

            samples = samples[Math.Min(samples.Length, count * stride)..];
            rows -= count;
        }
    }

    /// <inheritdoc/>
    public override FloatColumn ReadFloats(byte[] scratch, int start, int rows, FeatureTransform transform)
    {
        if (typeof(TValue) != typeof(float))
        {
            return base.ReadFloats(scratch, start, rows, transform);
        }

        var values = Next(rows, out var present, out var count);
        if (count == rows && present.IsEmpty && Values.Origin(out var origin) is { } data)
        {
            return new FloatColumn(data, origin, transform.Shift, transform.Factor);
        }

        var samples = MemoryMarshal.Cast<byte, float>(scratch.AsSpan(start, rows * sizeof(float)));
        transform.Convert(values, samples);
        if (present.Length > 0)
        {
            Spread(samples, present, values.Length);
        }

        if (count < rows)
        {
            Read(samples[count..], 1, rows - count, transform);
        }

        return new FloatColumn(scratch, start, 0, 1);
    }

    /// <summary>Decodes the next values as they are.</summary>
    /// <param name="rows">At most so many rows.</param>
    /// <param name="present">The definition level of each row, where some are null; empty where none is.</param>
    /// <param name="count">Rows passed.</param>
    /// <returns>The values that are there.</returns>
    public ReadOnlySpan<TValue> Next(int rows, out ReadOnlySpan<byte> present, out int count)
    {
        var left = Advance();
        if (SlotsLeft == 0)
        {
            BeginPage();
        }

        LoadPage();
        count = (int)Math.Min(Math.Min(rows, left), SlotsLeft);
        present = default;
        var there = count;
        if (Definitions is not null)
        {
            count = there = Math.Min(count, LevelBlock);
            var block = levels.AsSpan(0, count);
            Definitions.Read(block);
            if (block.ContainsAnyExcept((byte)Column.MaxDefinition))
            {
                present = block;
                there = block.Count((byte)Column.MaxDefinition);
            }
        }

        var values = Values.Read(there);
        SlotsLeft -= count;
        RowsLeft -= count;
        return values;
    }

    /// <inheritdoc/>
    protected override void SkipRows(long rows)
    {
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
            }

            if (!IsLoaded && SlotsLeft <= rows)
            {
                rows -= SlotsLeft;
                SlotsLeft = 0;
                continue;
            }

            LoadPage();
            var count = (int)Math.Min(rows, SlotsLeft);
            SkipInPage(count);
            SlotsLeft -= count;
            rows -= count;
        }
    }

    private void BeginPage()
    {
        NextPage();
        Remember();
        PagePosition += SlotsLeft;
    }

    private void SkipInPage(int count)
    {
        if (Definitions is null)
        {
            Values.Skip(count);
            return;
        }

        while (count > 0)
        {
            var block = levels.AsSpan(0, Math.Min(count, LevelBlock));
            Definitions.Read(block);
            Values.Skip(block.Count((byte)Column.MaxDefinition));
            count -= block.Length;
        }
    }

    /// <summary>Moves the samples that are there to their rows, from the last one on, and puts NaN between them.</summary>
    private void Spread<T>(Span<T> samples, ReadOnlySpan<byte> present, int there)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var max = (byte)Column.MaxDefinition;
        for (var i = present.Length - 1; i >= 0; i--)
        {
            samples[i] = present[i] == max ? samples[--there] : T.NaN;
        }
    }

    private void Strided<T>(ReadOnlySpan<TValue> values, ReadOnlySpan<byte> present, int count, Span<T> samples, int stride, FeatureTransform transform)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var max = (byte)Column.MaxDefinition;
        var next = 0;
        for (var i = 0; i < count; i++)
        {
            if (present.Length > 0 && present[i] != max)
            {
                samples[i * stride] = T.NaN;
            }
            else
            {
                transform.Convert(values.Slice(next++, 1), samples.Slice(i * stride, 1));
            }
        }
    }
}
