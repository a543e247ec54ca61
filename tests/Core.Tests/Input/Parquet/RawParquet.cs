using System.Buffers.Binary;
using System.Runtime.InteropServices;
using KMeans.Input.Parquet;
using KMeans.Input.Parquet.Writing;

namespace KMeans.Tests.Input.Parquet;

/// <summary>Builds files of one column byte by byte, for layouts that today's writers no longer make or should never make.</summary>
internal static class RawParquet
{
    /// <summary>A schema node: its name, type or children, repetition and annotation (3 is LIST).</summary>
    public sealed record Node(string Name, FieldRepetition Repetition, PhysicalType? Type = null, int Children = 0, int Converted = -1);

    public static byte[] File(int rows, int slots, Node[] schema, params byte[][] pages) => File(rows, slots, schema, [], PageCodec.Uncompressed, pages);

    public static byte[] File(int rows, int slots, Node[] schema, PageEncoding[] encodings, PageCodec codec, params byte[][] pages)
    {
        byte[] body = [.. pages.SelectMany(page => page)];
        var footer = new ThriftWriter();
        footer.List(2, ThriftType.Struct, schema.Length + 1);
        WriteNode(footer, new Node("root", FieldRepetition.Required, Children: 1));
        foreach (var node in schema)
        {
            WriteNode(footer, node);
        }

        footer.Int64(3, rows);
        footer.List(4, ThriftType.Struct, 1);
        footer.Element();
        footer.List(1, ThriftType.Struct, 1);
        footer.Element();
        footer.Struct(3);
        footer.Int32(1, (int)schema[^1].Type!.Value);
        if (encodings.Length > 0)
        {
            footer.List(2, ThriftType.I32, encodings.Length);
            foreach (var encoding in encodings)
            {
                footer.IntegerElement((int)encoding);
            }
        }

        footer.Int32(4, (int)codec);
        footer.Int64(5, slots);
        footer.Int64(7, body.Length);
        footer.Int64(9, 4);
        footer.End();
        footer.End();
        footer.Int64(3, rows);
        footer.End();
        footer.End();
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, footer.Written.Length);
        return [.. "PAR1"u8, .. body, .. footer.Written, .. length, .. "PAR1"u8];
    }

    public static byte[] Page(int slots, byte[] body, PageEncoding encoding = PageEncoding.Plain, PageEncoding levels = PageEncoding.Rle, PageType type = PageType.Data, int? checksum = null)
    {
        var header = new ThriftWriter();
        header.Int32(1, (int)type);
        header.Int32(2, body.Length);
        header.Int32(3, body.Length);
        if (checksum is { } value)
        {
            header.Int32(4, value);
        }

        header.Struct(type == PageType.Dictionary ? 7 : 5);
        header.Int32(1, slots);
        header.Int32(2, (int)encoding);
        header.Int32(3, (int)levels);
        header.Int32(4, (int)levels);
        header.End();
        header.End();
        return [.. header.Written, .. body];
    }

    public static byte[] Levels(int max, params int[] levels)
    {
        using var bytes = new MemoryStream();
        HybridEncoder.WriteLevels(levels, max, bytes);
        return bytes.ToArray();
    }

    public static byte[] Floats(params float[] values) => MemoryMarshal.AsBytes<float>(values).ToArray();

    private static void WriteNode(ThriftWriter writer, Node node)
    {
        writer.Element();
        if (node.Type is { } type)
        {
            writer.Int32(1, (int)type);
        }

        writer.Int32(3, (int)node.Repetition);
        writer.Text(4, node.Name);
        if (node.Children > 0)
        {
            writer.Int32(5, node.Children);
        }

        if (node.Converted >= 0)
        {
            writer.Int32(6, node.Converted);
        }

        writer.End();
    }
}
