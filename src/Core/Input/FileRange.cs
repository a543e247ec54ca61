namespace KMeans.Input;

/// <summary>A part of one file: rows [Start, End) where the row count is known without reading, else the rows that begin in bytes [Start, End).</summary>
/// <param name="Start">First row or byte, 0-based.</param>
/// <param name="End">One past the last.</param>
public readonly record struct FileRange(long Start, long End);
