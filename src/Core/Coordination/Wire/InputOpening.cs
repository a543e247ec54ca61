using KMeans.Input;
using KMeans.Preparation;

namespace KMeans.Coordination;

/// <summary>Makes an instance's own view of the coordinator's input: the same plan of partitions, or a refusal that says what differs.</summary>
internal static class InputOpening
{
    /// <summary>Opens it.</summary>
    /// <param name="spec">The coordinator's input.</param>
    /// <param name="files">What this instance finds under the same paths; taken over, and disposed where this fails.</param>
    /// <returns>The input, and which of its files are here.</returns>
    /// <exception cref="InstanceFaultException">Files are missing or differ: trying again does not help.</exception>
    /// <exception cref="InputException">A column cannot be had.</exception>
    public static (InputSet Input, bool[] IsHere) Open(InputSpec spec, IReadOnlyList<NamedFile> files)
    {
        files = PreparedInputFile.Wrap(files, spec.Recipe);
        var byName = files.GroupBy(named => named.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => new Queue<NamedFile>(group), StringComparer.Ordinal);
        var all = new List<InputFile>();
        var isHere = new bool[spec.Files.Count];
        try
        {
            for (var i = 0; i < spec.Files.Count; i++)
            {
                var wanted = spec.Files[i];
                if (byName.TryGetValue(wanted.Name, out var found) && found.TryDequeue(out var named))
                {
                    all.Add(named.File);
                    RequireSame(wanted, named.File);
                    isHere[i] = true;
                }
                else if (spec.Distribution == DataDistribution.ShardedByKey)
                {
                    all.Add(Absent(wanted, spec));
                }
                else
                {
                    throw new InstanceFaultException($"file '{wanted.Name}' is not here: {files.Count} files were found under {string.Join(", ", spec.Paths)} where the coordinator has {spec.Files.Count}", transient: false);
                }
            }

            if (byName.Values.SelectMany(left => left).FirstOrDefault(named => !InputFiles.IsWithoutRows(named.File)) is { } extra)
            {
                throw new InstanceFaultException($"file '{extra.Name}' is here, but the coordinator does not have it; it came after the training began", transient: false);
            }
        }
        catch
        {
            DisposeLeft();
            all.ForEach(file => file.Dispose());
            throw;
        }

        DisposeLeft();
        return (InputSet.Match(all, spec.Columns, spec.ColumnsAreNamed, spec.Choice), isHere);

        void DisposeLeft()
        {
            foreach (var named in byName.Values.SelectMany(left => left))
            {
                named.File.Dispose();
            }
        }
    }

    private static void RequireSame(FileIdentity wanted, InputFile file)
    {
        if (file.Source.Length != wanted.Length || file.RowCount != wanted.RowCount || file.CanSeek != wanted.CanSeek)
        {
            throw new InstanceFaultException(
                $"file '{wanted.Name}' differs: {file.Source.Length} bytes and {file.RowCount?.ToString() ?? "uncounted"} rows here, {wanted.Length} and {wanted.RowCount?.ToString() ?? "uncounted"} at the coordinator",
                transient: false);
        }
    }

    private static AbsentInputFile Absent(FileIdentity wanted, InputSpec spec)
    {
        var columns = spec.Columns.Select(column => new InputColumn(column.Name, "absent", column.Width));
        if (spec.Choice.WeightColumn is { } weight && spec.Columns.All(column => column.Name != weight))
        {
            columns = columns.Append(new InputColumn(weight, "absent"));
        }

        return new AbsentInputFile(wanted.Name, wanted.Length, wanted.RowCount, wanted.CanSeek, [.. columns], hasColumnNames: true);
    }
}
