namespace KMeans.Input.Parquet;

/// <summary>Reads one node of the schema with its annotation, which newer files give as a logical type and older ones as a converted type.</summary>
internal static class SchemaElementReader
{
    /// <summary>Reads one structure.</summary>
    /// <param name="reader">At its first field.</param>
    /// <returns>The node.</returns>
    public static SchemaElement Read(ref ThriftReader reader)
    {
        var element = new SchemaElement();
        var converted = -1;
        var hasLogicalType = false;
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 1:
                    element.Type = (PhysicalType)reader.ReadInt32(type);
                    break;
                case 2:
                    element.TypeLength = reader.ReadInt32(type);
                    break;
                case 3:
                    element.Repetition = (FieldRepetition)reader.ReadInt32(type);
                    break;
                case 4:
                    element.Name = reader.ReadText(type);
                    break;
                case 5:
                    element.ChildCount = reader.ReadInt32(type);
                    break;
                case 6:
                    converted = reader.ReadInt32(type);
                    break;
                case 7:
                    element.Scale = reader.ReadInt32(type);
                    break;
                case 8:
                    element.Precision = reader.ReadInt32(type);
                    break;
                case 10:
                    ThriftReader.ExpectStruct(type);
                    hasLogicalType = ReadLogicalType(ref reader, element);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (!hasLogicalType && converted >= 0)
        {
            ApplyConvertedType(element, converted);
        }

        return element;
    }

    /// <summary>Reads the union of logical types.</summary>
    /// <returns>False for one that this program does not know, as later versions of the format may add: then the converted type counts.</returns>
    private static bool ReadLogicalType(ref ThriftReader reader, SchemaElement element)
    {
        var known = false;
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            known = true;
            switch (id)
            {
                case 5:
                    element.Annotation = Annotation.Decimal;
                    ReadDecimal(ref reader, element, type);
                    break;
                case 10:
                    element.Annotation = Annotation.Integer;
                    ReadIntegerType(ref reader, element, type);
                    break;
                default:
                    element.Annotation = LogicalAnnotation(id);
                    known = id <= 18;
                    reader.Skip(type);
                    break;
            }
        }

        return known;
    }

    private static Annotation LogicalAnnotation(int id) => id switch
    {
        1 or 4 or 12 => Annotation.Text,
        2 => Annotation.Map,
        3 => Annotation.List,
        6 => Annotation.Date,
        7 => Annotation.Time,
        8 => Annotation.Timestamp,
        11 => Annotation.Unknown,
        15 => Annotation.Float16,
        > 18 => Annotation.None,
        _ => Annotation.Other,
    };

    private static void ReadDecimal(ref ThriftReader reader, SchemaElement element, ThriftType structType)
    {
        ThriftReader.ExpectStruct(structType);
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 1:
                    element.Scale = reader.ReadInt32(type);
                    break;
                case 2:
                    element.Precision = reader.ReadInt32(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
    }

    private static void ReadIntegerType(ref ThriftReader reader, SchemaElement element, ThriftType structType)
    {
        ThriftReader.ExpectStruct(structType);
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 1:
                    element.BitWidth = reader.ReadInt32(type);
                    break;
                case 2:
                    element.IsUnsigned = !ThriftReader.ReadBoolean(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
    }

    private static void ApplyConvertedType(SchemaElement element, int converted)
    {
        element.Annotation = converted switch
        {
            0 or 4 or 19 => Annotation.Text,
            1 or 2 => Annotation.Map,
            3 => Annotation.List,
            5 => Annotation.Decimal,
            6 => Annotation.Date,
            7 or 8 => Annotation.Time,
            9 or 10 => Annotation.Timestamp,
            >= 11 and <= 18 => Annotation.Integer,
            _ => Annotation.Other,
        };
        if (element.Annotation == Annotation.Integer)
        {
            element.IsUnsigned = converted < 15;
            element.BitWidth = 8 << ((converted - 11) % 4);
        }
    }
}
