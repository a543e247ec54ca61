namespace KMeans.Input;

/// <summary>The check that formats of known row count make before they read a range.</summary>
internal static class RowRange
{
    /// <summary>Insists that a range of rows lies within a file.</summary>
    /// <param name="file">A file whose row count is known.</param>
    /// <param name="range">Rows.</param>
    /// <exception cref="InputException">It does not: the file has become shorter since the ranges were made.</exception>
    public static void Check(InputFile file, FileRange range)
    {
        if (range.Start < 0 || range.End < range.Start || range.End > file.RowCount)
        {
            throw new InputException(
                $"{file.Path}: has {file.RowCount} rows, but rows {range.Start + 1} to {range.End} were asked for; it has changed since it was first read, so start again.");
        }
    }
}
