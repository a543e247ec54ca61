namespace KMeans.Input;

/// <summary>Opens all files of an input.</summary>
public static class InputFiles
{
    /// <summary>Finds and opens them.</summary>
    /// <param name="paths">Files, folders and globs.</param>
    /// <param name="options">What the user says about their format.</param>
    /// <returns>At least one open file, in the order of their relative names; the caller disposes them.</returns>
    /// <remarks>Files without rows are left out beside others: programs that write an output in parts leave some empty, and such a part need not have the columns of the others.</remarks>
    /// <exception cref="InputException">A path has no files, or a file cannot be read; none is left open.</exception>
    public static IReadOnlyList<InputFile> Open(IReadOnlyList<string> paths, InputFormatOptions options)
    {
        var files = new List<InputFile>();
        InputFile? withoutRows = null;
        try
        {
            foreach (var found in InputDiscovery.Find(paths))
            {
                var file = InputFormats.Open(found.Path, options);
                if (!IsWithoutRows(file))
                {
                    files.Add(file);
                    continue;
                }

                withoutRows?.Dispose();
                withoutRows = file;
            }
        }
        catch
        {
            withoutRows?.Dispose();
            files.ForEach(file => file.Dispose());
            throw;
        }

        if (files.Count == 0)
        {
            return [withoutRows!];
        }

        withoutRows?.Dispose();
        return files;
    }

    /// <summary>Whether nothing can be read. A CSV file of a header alone shows that only when it is read.</summary>
    private static bool IsWithoutRows(InputFile file) => file.RowCount == 0 || (file.RowCount is null && file.Columns.Count == 0);
}
