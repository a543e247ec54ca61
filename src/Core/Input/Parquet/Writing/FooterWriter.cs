namespace KMeans.Input.Parquet.Writing;

/// <summary>Writes the footer.</summary>
internal static class FooterWriter
{
    /// <summary>Encodes it.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="groups">The row groups written.</param>
    /// <param name="metadata">Key and value pairs.</param>
    /// <returns>The footer without its length and magic number.</returns>
    public static byte[] Write(ParquetWriterColumn[] columns, List<WrittenGroup> groups, KeyValuePair<string, string>[] metadata)
    {
        var writer = new ThriftWriter();
        writer.Int32(1, 1);
        WriteSchema(writer, columns);
        writer.Int64(3, groups.Sum(group => group.RowCount));
        writer.List(4, ThriftType.Struct, groups.Count);
        foreach (var group in groups)
        {
            WriteGroup(writer, columns, group);
        }

        if (metadata.Length > 0)
        {
            writer.List(5, ThriftType.Struct, metadata.Length);
            foreach (var (key, value) in metadata)
            {
                writer.Element();
                writer.Text(1, key);
                writer.Text(2, value);
                writer.End();
            }
        }

        writer.Text(6, "kmeans version 1.0.0 (build kmeans)");
        writer.End();
        return writer.Written.ToArray();
    }

    private static PhysicalType Physical(ParquetWriterType type) => type switch
    {
        ParquetWriterType.Real64 => PhysicalType.Double,
        ParquetWriterType.Whole32 => PhysicalType.Int32,
        ParquetWriterType.Whole64 => PhysicalType.Int64,
        ParquetWriterType.Text => PhysicalType.ByteArray,
        _ => PhysicalType.Float,
    };

    private static void WriteSchema(ThriftWriter writer, ParquetWriterColumn[] columns)
    {
        writer.List(2, ThriftType.Struct, 1 + columns.Sum(column => column.Type == ParquetWriterType.Vector ? 3 : 1));
        Group("schema", null, columns.Length, isList: false);
        foreach (var column in columns)
        {
            var repetition = column.IsOptional ? FieldRepetition.Optional : FieldRepetition.Required;
            if (column.Type == ParquetWriterType.Vector)
            {
                Group(column.Name, repetition, 1, isList: true);
                Group("list", FieldRepetition.Repeated, 1, isList: false);
                Leaf("element", FieldRepetition.Required, column.Type);
            }
            else
            {
                Leaf(column.Name, repetition, column.Type);
            }
        }

        void Group(string name, FieldRepetition? repetition, int children, bool isList)
        {
            writer.Element();
            if (repetition is { } value)
            {
                writer.Int32(3, (int)value);
            }

            writer.Text(4, name);
            writer.Int32(5, children);
            if (isList)
            {
                writer.Int32(6, 3);
                LogicalType(3);
            }

            writer.End();
        }

        void Leaf(string name, FieldRepetition repetition, ParquetWriterType type)
        {
            writer.Element();
            writer.Int32(1, (int)Physical(type));
            writer.Int32(3, (int)repetition);
            writer.Text(4, name);
            if (type == ParquetWriterType.Text)
            {
                writer.Int32(6, 0);
                LogicalType(1);
            }

            writer.End();
        }

        void LogicalType(int id)
        {
            writer.Struct(10);
            writer.Struct(id);
            writer.End();
            writer.End();
        }
    }

    private static void WriteGroup(ThriftWriter writer, ParquetWriterColumn[] columns, WrittenGroup group)
    {
        writer.Element();
        writer.List(1, ThriftType.Struct, columns.Length);
        for (var i = 0; i < columns.Length; i++)
        {
            WriteChunk(writer, columns[i], group.Chunks[i]);
        }

        writer.Int64(2, group.Chunks.Sum(chunk => chunk.UncompressedBytes));
        writer.Int64(3, group.RowCount);
        if (group.Chunks.Length > 0)
        {
            writer.Int64(5, group.Chunks[0].Start);
        }

        writer.Int64(6, group.Chunks.Sum(chunk => chunk.CompressedBytes));
        writer.End();
    }

    private static void WriteChunk(ThriftWriter writer, ParquetWriterColumn column, WrittenChunk chunk)
    {
        writer.Element();
        writer.Int64(2, chunk.Start);
        writer.Struct(3);
        writer.Int32(1, (int)Physical(column.Type));
        PageEncoding[] encodings = chunk.HasDictionary ? [PageEncoding.Plain, PageEncoding.Rle, PageEncoding.RleDictionary] : [PageEncoding.Plain, PageEncoding.Rle];
        writer.List(2, ThriftType.I32, encodings.Length);
        foreach (var encoding in encodings)
        {
            writer.IntegerElement((int)encoding);
        }

        string[] path = column.Type == ParquetWriterType.Vector ? [column.Name, "list", "element"] : [column.Name];
        writer.List(3, ThriftType.Binary, path.Length);
        foreach (var part in path)
        {
            writer.TextElement(part);
        }

        writer.Int32(4, (int)chunk.Codec);
        writer.Int64(5, chunk.SlotCount);
        writer.Int64(6, chunk.UncompressedBytes);
        writer.Int64(7, chunk.CompressedBytes);
        writer.Int64(9, chunk.DataOffset);
        if (chunk.HasDictionary)
        {
            writer.Int64(11, chunk.Start);
        }

        writer.Struct(12);
        writer.Int64(3, chunk.NullCount);
        writer.End();
        writer.End();
        writer.End();
    }
}
