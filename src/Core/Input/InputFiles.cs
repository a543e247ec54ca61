namespace KMeans.Input;

/// <summary>Opens all files of an input.</summary>
public static class InputFiles
{
    /// <summary>Files of a store whose first bytes are on their way at a time.</summary>
    private const int FilesAhead = 16;

    /// <summary>What tells a file's format and schema, as a rule.</summary>
    private const int HeadBytes = 64 << 10;

    /// <summary>Finds and opens them.</summary>
    /// <param name="paths">Files, folders and globs.</param>
    /// <param name="options">What the user says about their format.</param>
    /// <returns>At least one open file, in the order of their relative names; the caller disposes them.</returns>
    /// <remarks>Files without rows are left out beside others: programs that write an output in parts leave some empty, and such a part need not have the columns of the others.</remarks>
    /// <exception cref="InputException">A path has no files, or a file cannot be read; none is left open.</exception>
    public static IReadOnlyList<InputFile> Open(IReadOnlyList<string> paths, InputFormatOptions options) => [.. OpenNamed(paths, options, null).Select(named => named.File)];

    /// <summary>Finds and opens them where only some places may be looked at, and keeps the names that order them.</summary>
    /// <param name="paths">Files, folders and globs.</param>
    /// <param name="options">What the user says about their format.</param>
    /// <param name="guard">As in <see cref="InputDiscovery.Find(IReadOnlyList{string}, Action{string}?)"/>.</param>
    /// <returns>As in the other form.</returns>
    /// <exception cref="InputException">As in the other form, or what the guard throws.</exception>
    internal static IReadOnlyList<NamedFile> OpenNamed(IReadOnlyList<string> paths, InputFormatOptions options, Action<string>? guard)
    {
        var files = new List<NamedFile>();
        NamedFile? withoutRows = null;
        try
        {
            foreach (var (found, source) in OpenSources(InputDiscovery.Find(paths, guard)))
            {
                var file = new NamedFile(found.RelativeName, InputFormats.Open(source, options));
                if (!IsWithoutRows(file.File))
                {
                    files.Add(file);
                    continue;
                }

                withoutRows?.File.Dispose();
                withoutRows = file;
            }
        }
        catch
        {
            withoutRows?.File.Dispose();
            files.ForEach(named => named.File.Dispose());
            throw;
        }

        if (files.Count == 0)
        {
            return [withoutRows!];
        }

        withoutRows?.File.Dispose();
        return files;
    }

    /// <summary>Opens files one after the other; of those in a store of objects some ahead, whose first and last bytes are asked for together.</summary>
    private static IEnumerable<(FoundFile Found, ByteSource Source)> OpenSources(IReadOnlyList<FoundFile> files)
    {
        var ahead = new Queue<ByteSource>();
        try
        {
            for (var (i, next) = (0, 0); i < files.Count; i++)
            {
                for (; next < files.Count && next < i + FilesAhead && (next == i || files[next].Stored is not null); next++)
                {
                    var source = files[next].Open();
                    ahead.Enqueue(source);
                    if (files[next].Stored is not null)
                    {
                        source.Prefetch(0, HeadBytes);
                        source.Prefetch(source.Length - HeadBytes, HeadBytes);
                    }
                }

                yield return (files[i], ahead.Dequeue());
            }
        }
        finally
        {
            foreach (var source in ahead)
            {
                source.Dispose();
            }
        }
    }

    /// <summary>Whether nothing can be read. A CSV file of a header alone shows that only when it is read.</summary>
    internal static bool IsWithoutRows(InputFile file) => file.RowCount == 0 || (file.RowCount is null && file.Columns.Count == 0);
}

/// <summary>An open file with the name that orders it.</summary>
/// <param name="Name">As in <see cref="FoundFile.RelativeName"/>.</param>
/// <param name="File">The file.</param>
internal sealed record NamedFile(string Name, InputFile File);
