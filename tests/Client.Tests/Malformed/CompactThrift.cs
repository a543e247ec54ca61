using System.Text;

namespace KMeans.Client.Tests.Malformed;

/// <summary>Writes Thrift's compact protocol as Parquet's headers need it, right or wrong.</summary>
internal sealed class CompactThrift
{
    private const int I32 = 5;
    private const int I64 = 6;
    private const int Binary = 8;
    private const int ListType = 9;
    private const int StructType = 12;

    private readonly List<byte> bytes = [];
    private readonly Stack<int> outer = [];
    private int last;

    public byte[] Bytes => [.. bytes];

    public CompactThrift Int(int field, long value, bool wide = false)
    {
        Begin(field, wide ? I64 : I32);
        Number((ulong)((value << 1) ^ (value >> 63)));
        return this;
    }

    public CompactThrift Long(int field, long value) => Int(field, value, wide: true);

    public CompactThrift Text(int field, string text)
    {
        Begin(field, Binary);
        return Raw(text);
    }

    /// <summary>An element of a list of texts.</summary>
    public CompactThrift Raw(string text)
    {
        Number((ulong)text.Length);
        bytes.AddRange(Encoding.ASCII.GetBytes(text));
        return this;
    }

    public CompactThrift Structs(int field, int count) => List(field, StructType, count);

    public CompactThrift Texts(int field, int count) => List(field, Binary, count);

    public CompactThrift Struct(int field)
    {
        Begin(field, StructType);
        return Element();
    }

    public CompactThrift Element()
    {
        outer.Push(last);
        last = 0;
        return this;
    }

    public CompactThrift End()
    {
        bytes.Add(0);
        last = outer.Count > 0 ? outer.Pop() : 0;
        return this;
    }

    private CompactThrift List(int field, int type, int count)
    {
        const int LongForm = 15;
        Begin(field, ListType);
        bytes.Add((byte)((Math.Min(count, LongForm) << 4) | type));
        if (count >= LongForm)
        {
            Number((ulong)count);
        }

        return this;
    }

    private void Begin(int field, int type)
    {
        bytes.Add((byte)(((field - last) << 4) | type));
        last = field;
    }

    private void Number(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
    }
}
