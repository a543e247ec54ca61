namespace KMeans.Input;

/// <summary>The order of an input's files, which is the order of its rows.</summary>
internal static class FileOrder
{
    /// <summary>Shuffles files: the order of files, not of the rows in them.</summary>
    /// <typeparam name="T">What stands for a file.</typeparam>
    /// <param name="files">In the order of their names.</param>
    /// <param name="seed">Null leaves the order.</param>
    /// <returns>The same files. Their order depends on how many there are, the order of their names, and the seed alone.</returns>
    public static IReadOnlyList<T> Shuffle<T>(IReadOnlyList<T> files, long? seed)
    {
        if (seed is not { } given)
        {
            return files;
        }

        var random = new CounterRandom(given, RandomPurpose.FileOrder, 0);
        return [.. files.Select((file, i) => (file, Bits: random.Bits(i))).OrderBy(entry => entry.Bits).Select(entry => entry.file)];
    }
}
