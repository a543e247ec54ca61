namespace KMeans.Input;

/// <summary>One entry of the table of formats.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Endings">How names of such files end, lower case, with the dot or hyphen.</param>
/// <param name="Sniff">Whether a file that begins with these bytes is surely of the format; always false where nothing marks it.</param>
/// <param name="Open">Opens a file; takes over the source, which the caller disposes if this throws.</param>
internal sealed record InputFormat(
    string Name,
    IReadOnlyList<string> Endings,
    Func<ReadOnlySpan<byte>, bool> Sniff,
    Func<ByteSource, InputFormatOptions, InputFile> Open);
