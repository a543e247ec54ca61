using KMeans.Input;

namespace KMeans.Coordination;

/// <summary>Which instance sees which files.</summary>
public enum DataDistribution
{
    /// <summary>Every instance sees all files; each partition is processed once.</summary>
    FullyReplicated,

    /// <summary>Each instance sees its own files only.</summary>
    ShardedByKey,
}

/// <summary>What makes a file the same file on every instance: what the plan of partitions depends on.</summary>
/// <param name="Name">Its relative name, which orders it.</param>
/// <param name="Length">Bytes.</param>
/// <param name="RowCount">Rows, or null where only reading would tell.</param>
/// <param name="CanSeek">Whether reading can begin anywhere.</param>
internal sealed record FileIdentity(string Name, long Length, long? RowCount, bool CanSeek);

/// <summary>An input as an instance needs it to open it itself and to know that it is the one that the coordinator planned with.</summary>
internal sealed record InputSpec
{
    /// <summary>Files, folders and globs as the user gave them; each instance looks for them below its own roots.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>What the user says about the format.</summary>
    public required InputFormatOptions Format { get; init; }

    /// <summary>The recipe, as text, that raw files are seen through; null where files are taken as they are.</summary>
    public string? Recipe { get; init; }

    /// <summary>Columns to pass over by position, and the weight column.</summary>
    public required ColumnChoice Choice { get; init; }

    /// <summary>Which instance sees which files.</summary>
    public required DataDistribution Distribution { get; init; }

    /// <summary>All files of the input in their order, those that an instance does not see included.</summary>
    public required IReadOnlyList<FileIdentity> Files { get; init; }

    /// <summary>The columns that make the features.</summary>
    public required IReadOnlyList<FeatureColumn> Columns { get; init; }

    /// <summary>Whether their names are to be matched; else positions are.</summary>
    public required bool ColumnsAreNamed { get; init; }

    /// <summary>Describes an input that is open here and that every instance sees whole.</summary>
    /// <param name="paths">As the user gave them.</param>
    /// <param name="format">What the user says about the format.</param>
    /// <param name="choice">The columns wanted.</param>
    /// <param name="files">Its files.</param>
    /// <param name="input">The rows.</param>
    /// <returns>The description.</returns>
    public static InputSpec Of(IReadOnlyList<string> paths, InputFormatOptions format, ColumnChoice choice, IReadOnlyList<NamedFile> files, InputSet input) => new()
    {
        Paths = paths,
        Format = format,
        Choice = choice,
        Distribution = DataDistribution.FullyReplicated,
        Files = [.. files.Select(named => new FileIdentity(named.Name, named.File.Source.Length, named.File.RowCount, named.File.CanSeek))],
        Columns = input.Columns,
        ColumnsAreNamed = input.ColumnsAreNamed,
    };
}
