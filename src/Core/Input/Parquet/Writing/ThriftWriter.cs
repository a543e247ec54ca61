using System.Runtime.InteropServices;
using System.Text;

namespace KMeans.Input.Parquet.Writing;

/// <summary>Writes Thrift's compact protocol into memory.</summary>
internal sealed class ThriftWriter
{
    private readonly List<byte> bytes = [];
    private readonly Stack<int> outer = new();
    private int lastId;

    /// <summary>What has been written.</summary>
    public ReadOnlySpan<byte> Written => CollectionsMarshal.AsSpan(bytes);

    /// <summary>Begins afresh.</summary>
    public void Clear()
    {
        bytes.Clear();
        lastId = 0;
    }

    /// <summary>Writes a 32-bit integer field.</summary>
    /// <param name="id">The field.</param>
    /// <param name="value">Its value.</param>
    public void Int32(int id, int value)
    {
        Header(id, ThriftType.I32);
        ZigZag(value);
    }

    /// <summary>Writes a 64-bit integer field.</summary>
    /// <param name="id">The field.</param>
    /// <param name="value">Its value.</param>
    public void Int64(int id, long value)
    {
        Header(id, ThriftType.I64);
        ZigZag(value);
    }

    /// <summary>Writes a text field.</summary>
    /// <param name="id">The field.</param>
    /// <param name="value">Its value.</param>
    public void Text(int id, string value)
    {
        Header(id, ThriftType.Binary);
        TextElement(value);
    }

    /// <summary>Begins a structure field; ended by <see cref="End"/>.</summary>
    /// <param name="id">The field.</param>
    public void Struct(int id)
    {
        Header(id, ThriftType.Struct);
        Element();
    }

    /// <summary>Begins a structure that is an element of a list; ended by <see cref="End"/>.</summary>
    public void Element()
    {
        outer.Push(lastId);
        lastId = 0;
    }

    /// <summary>Ends a structure, or the outermost one.</summary>
    public void End()
    {
        bytes.Add(0);
        lastId = outer.Count > 0 ? outer.Pop() : 0;
    }

    /// <summary>Begins a list field; its elements follow.</summary>
    /// <param name="id">The field.</param>
    /// <param name="type">The elements' wire type.</param>
    /// <param name="count">How many.</param>
    public void List(int id, ThriftType type, int count)
    {
        Header(id, ThriftType.List);
        if (count < 15)
        {
            bytes.Add((byte)((count << 4) | (int)type));
            return;
        }

        bytes.Add((byte)(0xF0 | (int)type));
        Varint((ulong)count);
    }

    /// <summary>Writes a list's integer.</summary>
    /// <param name="value">Its value.</param>
    public void IntegerElement(int value) => ZigZag(value);

    /// <summary>Writes a list's text.</summary>
    /// <param name="value">Its value.</param>
    public void TextElement(string value)
    {
        var text = Encoding.UTF8.GetBytes(value);
        Varint((ulong)text.Length);
        bytes.AddRange(text);
    }

    private void Header(int id, ThriftType type)
    {
        if (id > lastId && id - lastId < 16)
        {
            bytes.Add((byte)(((id - lastId) << 4) | (int)type));
        }
        else
        {
            bytes.Add((byte)type);
            ZigZag(id);
        }

        lastId = id;
    }

    private void ZigZag(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    private void Varint(ulong value)
    {
        for (; value > 127; value >>= 7)
        {
            bytes.Add((byte)(value | 128));
        }

        bytes.Add((byte)value);
    }
}
