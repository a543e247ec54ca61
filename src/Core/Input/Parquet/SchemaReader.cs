namespace KMeans.Input.Parquet;

/// <summary>Finds the columns in a schema tree: leaves, lists of leaves, and subtrees that cannot be read.</summary>
internal ref struct SchemaReader
{
    private const int DeepestNesting = 100;

    private readonly SchemaElement[] schema;
    private readonly List<ParquetColumn> columns = [];
    private int next;

    private SchemaReader(SchemaElement[] schema) => this.schema = schema;

    /// <summary>The number of leaves seen.</summary>
    private int LeafCount { get; set; }

    /// <summary>Reads the tree.</summary>
    /// <param name="schema">Depth-first, the root first.</param>
    /// <param name="leafCount">The number of leaves: the number of chunks in each row group.</param>
    /// <returns>The columns in file order.</returns>
    /// <exception cref="InvalidDataException">The tree is not whole.</exception>
    public static List<ParquetColumn> Read(SchemaElement[] schema, out int leafCount)
    {
        var reader = new SchemaReader(schema) { next = 1 };
        reader.Children(schema[0], "", 0, 0);
        if (reader.next != schema.Length)
        {
            throw new InvalidDataException("the schema has fields outside its tree");
        }

        leafCount = reader.LeafCount;
        return reader.columns;
    }

    private static bool IsLeaf(SchemaElement element) => element.Type is not null;

    private void Children(SchemaElement group, string path, int definition, int depth)
    {
        if (depth > DeepestNesting)
        {
            throw new InvalidDataException("the schema is nested too deeply");
        }

        for (var i = 0; i < group.ChildCount; i++)
        {
            Field(Take(), path, definition, depth + 1);
        }
    }

    private SchemaElement Take() => next < schema.Length ? schema[next++] : throw new InvalidDataException("the schema ends inside a group");

    private void Field(SchemaElement element, string path, int parentDefinition, int depth)
    {
        var name = path.Length == 0 ? element.Name : $"{path}.{element.Name}";
        var definition = parentDefinition + (element.Repetition == FieldRepetition.Required ? 0 : 1);
        if (IsLeaf(element))
        {
            var isList = element.Repetition == FieldRepetition.Repeated;
            columns.Add(LeafColumns.Create(element, name, LeafCount++, definition, isList ? definition : 0));
        }
        else if (element.Repetition != FieldRepetition.Repeated && element.Annotation is not (Annotation.List or Annotation.Map) && element.ChildCount > 0)
        {
            Children(element, name, definition, depth);
        }
        else if (!List(element, name, definition))
        {
            columns.Add(new ParquetColumn { Name = name, TypeName = "nested", Obstacle = "is nested" });
            SkipChildren(element, depth);
        }
    }

    /// <summary>Recognises a list of leaves: the standard three levels, or the older two.</summary>
    private bool List(SchemaElement element, string name, int definition)
    {
        if (element.Annotation != Annotation.List || element.Repetition == FieldRepetition.Repeated || element.ChildCount != 1 || next >= schema.Length)
        {
            return false;
        }

        var repeated = schema[next];
        if (repeated.Repetition != FieldRepetition.Repeated)
        {
            return false;
        }

        var elementDefinition = definition + 1;
        if (IsLeaf(repeated))
        {
            next++;
            columns.Add(LeafColumns.Create(repeated, name, LeafCount++, elementDefinition, elementDefinition));
            return true;
        }

        if (repeated.ChildCount != 1 || next + 1 >= schema.Length || schema[next + 1] is not { Type: not null } leaf || leaf.Repetition == FieldRepetition.Repeated)
        {
            return false;
        }

        next += 2;
        var maxDefinition = elementDefinition + (leaf.Repetition == FieldRepetition.Optional ? 1 : 0);
        columns.Add(LeafColumns.Create(leaf, name, LeafCount++, maxDefinition, elementDefinition));
        return true;
    }

    private void SkipChildren(SchemaElement group, int depth)
    {
        if (depth > DeepestNesting)
        {
            throw new InvalidDataException("the schema is nested too deeply");
        }

        for (var i = 0; i < group.ChildCount; i++)
        {
            var child = Take();
            if (IsLeaf(child))
            {
                LeafCount++;
            }
            else
            {
                SkipChildren(child, depth + 1);
            }
        }
    }
}
