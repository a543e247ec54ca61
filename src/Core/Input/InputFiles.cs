namespace KMeans.Input;

/// <summary>Opens all files of an input.</summary>
public static class InputFiles
{
    /// <summary>Finds and opens them.</summary>
    /// <param name="paths">Files, folders and globs.</param>
    /// <param name="options">What the user says about their format.</param>
    /// <returns>At least one open file, in the order of their relative names; the caller disposes them.</returns>
    /// <exception cref="InputException">A path has no files, or a file cannot be read; none is left open.</exception>
    public static IReadOnlyList<InputFile> Open(IReadOnlyList<string> paths, InputFormatOptions options)
    {
        var files = new List<InputFile>();
        try
        {
            foreach (var found in InputDiscovery.Find(paths))
            {
                files.Add(InputFormats.Open(found.Path, options));
            }
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }

        return files;
    }
}
