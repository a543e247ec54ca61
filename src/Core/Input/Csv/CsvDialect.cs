namespace KMeans.Input.Csv;

/// <summary>How one CSV file is written, as given or as its first lines show.</summary>
/// <param name="Delimiter">What separates fields.</param>
/// <param name="HasHeader">Whether the first line holds the columns' names.</param>
/// <param name="DataStart">Where the first row can begin: behind the byte order mark and the header.</param>
/// <param name="Columns">The columns; none in an empty file.</param>
internal sealed record CsvDialect(byte Delimiter, bool HasHeader, long DataStart, IReadOnlyList<InputColumn> Columns);
