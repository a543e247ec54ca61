using System.Numerics;
using System.Runtime.InteropServices;
using Parquet;

namespace KMeans.Input.ParquetNet;

/// <summary>The values of one leaf for one row group, laid out a row after the other. Reused from group to group.</summary>
internal abstract class RowGroupColumn
{
    /// <summary>The most values a stored byte stands for: a long run of one value takes a few bytes, and nothing sound takes fewer.</summary>
    private const long MostValuesPerByte = 1 << 16;

    private int[] definitions = [];
    private int[] repetitions = [];

    private RowGroupColumn(Leaf leaf) => Leaf = leaf;

    private Leaf Leaf { get; }

    /// <summary>Row-major (rows, width): true where there is no value.</summary>
    public bool[] Missing { get; private set; } = [];

    /// <summary>Row-major (rows, width) of a column of integers.</summary>
    public long[] Wholes { get; private set; } = [];

    /// <summary>Row-major (rows, width) of a column of other numbers.</summary>
    public double[] Reals { get; private set; } = [];

    /// <summary>One a row, of a text column.</summary>
    public string?[] Texts { get; private set; } = [];

    /// <summary>Creates the buffer for a leaf.</summary>
    /// <param name="leaf">A leaf without an obstacle, or of text.</param>
    /// <returns>An empty buffer.</returns>
    public static RowGroupColumn Create(Leaf leaf) => Type.GetTypeCode(leaf.Field.ClrType) switch
    {
        TypeCode.SByte => new Numbers<sbyte>(leaf),
        TypeCode.Byte => new Numbers<byte>(leaf),
        TypeCode.Int16 => new Numbers<short>(leaf),
        TypeCode.UInt16 => new Numbers<ushort>(leaf),
        TypeCode.Int32 => new Numbers<int>(leaf),
        TypeCode.UInt32 => new Numbers<uint>(leaf),
        TypeCode.Int64 => new Numbers<long>(leaf),
        TypeCode.UInt64 => new Numbers<ulong>(leaf),
        TypeCode.Single => new Numbers<float>(leaf),
        TypeCode.Double => new Numbers<double>(leaf),
        _ => new Text(leaf),
    };

    /// <summary>Reads the leaf's part of a row group.</summary>
    /// <param name="group">The row group.</param>
    /// <param name="stream">The stream that the group reads from.</param>
    /// <param name="firstRow">The group's first row in the file, for messages.</param>
    /// <exception cref="InputException">Damaged, or a row's list is of another length than the column's.</exception>
    public void Load(ParquetRowGroupReader group, SourceStream stream, long firstRow)
    {
        var rows = checked((int)group.RowCount);
        var entries = ReadEntries(group, stream);
        var width = Math.Max(Leaf.Column.Width, 1);
        Resize(checked(rows * width));
        var value = 0;
        var entry = 0;
        for (var row = 0; row < rows; row++)
        {
            var count = RowLength(entry, entries);
            var start = row * width;
            if (count == width)
            {
                for (var i = 0; i < count; i++)
                {
                    var defined = IsDefined(entry + i);
                    Missing[start + i] = !defined;
                    Unpack(defined ? value++ : -1, start + i);
                }
            }
            else if (count == 1 && !IsDefined(entry))
            {
                // A missing or empty list: the whole row is missing.
                for (var i = 0; i < width; i++)
                {
                    Missing[start + i] = true;
                    Unpack(-1, start + i);
                }
            }
            else
            {
                throw new InputException(
                    $"{stream.Path}: row {firstRow + row + 1}, column '{Leaf.Column.Name}': it holds {count} values where the first row holds {width}; " +
                    "lists must be of one length to be features.");
            }

            entry += count;
        }

        if (entry != entries)
        {
            throw new InvalidDataException("it holds more rows than its row group");
        }
    }

    /// <summary>Finds how many values a row of a list column has: the first row that is not missing tells.</summary>
    /// <param name="group">A row group with rows.</param>
    /// <param name="stream">The stream that the group reads from.</param>
    /// <returns>The width, or 0 where every row of the group is missing.</returns>
    public int MeasureWidth(ParquetRowGroupReader group, SourceStream stream)
    {
        var entries = ReadEntries(group, stream);
        for (var entry = 0; entry < entries;)
        {
            var count = RowLength(entry, entries);
            if (count > 1 || IsDefined(entry))
            {
                return count;
            }

            entry += count;
        }

        return 0;
    }

    /// <summary>Has Parquet.Net read the chunk into <see cref="definitions"/>, <see cref="repetitions"/> and the values.</summary>
    private int ReadEntries(ParquetRowGroupReader group, SourceStream stream)
    {
        var chunk = group.GetMetadata(Leaf.Field)?.MetaData
            ?? throw new InvalidDataException("it is missing from a row group");
        var entries = chunk.NumValues;
        var stored = Math.Min(chunk.TotalCompressedSize, stream.Length);
        var plausible = stored >= 0 && entries <= Math.Min(Array.MaxLength, (stored + 1) * MostValuesPerByte);
        if (!plausible || (Leaf.IsRepeated ? entries < group.RowCount : entries != group.RowCount))
        {
            throw new InvalidDataException($"it claims {entries} values in {stored} bytes for {group.RowCount} rows");
        }

        var count = (int)entries;
        Grow(ref definitions, count);
        Grow(ref repetitions, Leaf.IsRepeated ? count : 0);
        stream.Allow((2 * stored) + (1 << 20));
        ReadValues(group, count, Leaf.Field.MaxDefinitionLevel > 0 ? definitions : null, Leaf.IsRepeated ? repetitions : null);
        return count;
    }

    private bool IsDefined(int entry) => Leaf.Field.MaxDefinitionLevel == 0 || definitions[entry] == Leaf.Field.MaxDefinitionLevel;

    private int RowLength(int entry, int entries)
    {
        if (entry >= entries || (Leaf.IsRepeated && repetitions[entry] != 0))
        {
            throw new InvalidDataException("it holds fewer rows than its row group");
        }

        var end = entry + 1;
        while (Leaf.IsRepeated && end < entries && repetitions[end] != 0)
        {
            end++;
        }

        return end - entry;
    }

    private int CountDefined(int entries)
    {
        var defined = 0;
        for (var i = 0; i < entries; i++)
        {
            defined += IsDefined(i) ? 1 : 0;
        }

        return defined;
    }

    private void Resize(int slots)
    {
        Missing = Missing.Length >= slots ? Missing : new bool[slots];
        switch (Leaf.Kind)
        {
            case ValueKind.Whole:
                Wholes = Wholes.Length >= slots ? Wholes : new long[slots];
                break;
            case ValueKind.Real:
                Reals = Reals.Length >= slots ? Reals : new double[slots];
                break;
            default:
                Texts = Texts.Length >= slots ? Texts : new string?[slots];
                break;
        }
    }

    private static void Grow<T>(ref T[] array, int length) => array = array.Length >= length ? array : new T[length];

    /// <summary>Reads the levels and the defined values, in order.</summary>
    private protected abstract void ReadValues(ParquetRowGroupReader group, int entries, int[]? definitions, int[]? repetitions);

    /// <summary>Lays out one value: the one with this number, or a missing one for -1.</summary>
    private protected abstract void Unpack(int value, int slot);

    /// <summary>Parquet.Net reads asynchronously; over <see cref="SourceStream"/> nothing ever waits.</summary>
    private protected void Read<T>(ParquetRowGroupReader group, Memory<T> values, int[]? definitions, int[]? repetitions)
        where T : struct =>
        group.ReadRawAsync(Leaf.Field, values, Levels(definitions, values.Length), Levels(repetitions, values.Length)).AsTask().GetAwaiter().GetResult();

    private static Memory<int>? Levels(int[]? levels, int entries) => levels is null ? (Memory<int>?)null : levels.AsMemory(0, entries);

    private sealed class Numbers<T>(Leaf leaf) : RowGroupColumn(leaf)
        where T : unmanaged, INumber<T>
    {
        private T[] values = [];

        private protected override void ReadValues(ParquetRowGroupReader group, int entries, int[]? definitions, int[]? repetitions)
        {
            Grow(ref values, entries);

            // Parquet.Net does not say how many values it found. A chunk with too few leaves the last one as it was: so two marks tell.
            byte mark = 0xA5;
            do
            {
                var bytes = MemoryMarshal.AsBytes(values.AsSpan(0, entries));
                bytes.Fill(mark);
                Read(group, values.AsMemory(0, entries), definitions, repetitions);
                var defined = CountDefined(entries);
                if (defined == 0 || MemoryMarshal.AsBytes(values.AsSpan(defined - 1, 1)).ContainsAnyExcept(mark))
                {
                    return;
                }

                mark ^= 0xFF;
            }
            while (mark != 0xA5);

            throw new InvalidDataException("it holds fewer values than it claims");
        }

        private protected override void Unpack(int value, int slot)
        {
            if (Leaf.Kind == ValueKind.Whole)
            {
                Wholes[slot] = value < 0 ? 0 : long.CreateChecked(values[value]);
            }
            else
            {
                Reals[slot] = value < 0 ? double.NaN : double.CreateChecked(values[value]);
            }
        }
    }

    private sealed class Text(Leaf leaf) : RowGroupColumn(leaf)
    {
        private ReadOnlyMemory<char>[] values = [];

        private protected override void ReadValues(ParquetRowGroupReader group, int entries, int[]? definitions, int[]? repetitions)
        {
            Grow(ref values, entries);
            Read(group, values.AsMemory(0, entries), definitions, repetitions);
        }

        private protected override void Unpack(int value, int slot) => Texts[slot] = value < 0 ? null : values[value].ToString();
    }
}
