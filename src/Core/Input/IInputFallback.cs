namespace KMeans.Input;

/// <summary>Another reader of a format that Core reads itself, for files that hold nothing Core's reader can use.</summary>
/// <remarks>Lives in a project of its own, with the package it needs; hosts register it at start with <see cref="InputFallbacks.Register"/>.</remarks>
public interface IInputFallback
{
    /// <summary>The reader's name for messages: "Parquet.Net".</summary>
    string Name { get; }

    /// <summary>Opens a file that Core's reader has opened soundly and leaves aside.</summary>
    /// <param name="source">The file's bytes. Where a file is returned, it owns them; where not, they stay as they were.</param>
    /// <param name="refusal">Why Core's reader leaves the file aside, as the end of a sentence: "no column of it is a number".</param>
    /// <returns>The open file, or null where this reader has no use for it either.</returns>
    /// <exception cref="InputException">The file is damaged in a way that only this reader notices.</exception>
    InputFile? TryOpen(ByteSource source, string refusal);
}
