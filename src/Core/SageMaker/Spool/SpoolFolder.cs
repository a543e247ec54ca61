namespace KMeans.SageMaker;

/// <summary>A folder of our own on this machine, for what can be read only once; gone with the process that made it. What goes in is bounded by the free space.</summary>
public sealed class SpoolFolder : IDisposable
{
    /// <summary>Left free for whatever else writes there.</summary>
    private const long Reserve = 256L << 20;

    private readonly string parent;
    private long left;

    /// <summary>Makes the folder.</summary>
    /// <param name="parent">An existing folder on the disk to be used.</param>
    /// <param name="mostBytes">Its bound; null for what is free, less a reserve.</param>
    /// <exception cref="InputException">It cannot be made.</exception>
    public SpoolFolder(string parent, long? mostBytes = null)
    {
        this.parent = parent;
        try
        {
            Path = System.IO.Path.Combine(System.IO.Path.GetFullPath(parent), $"kmeans-spool-{Guid.NewGuid():n}");
            Directory.CreateDirectory(Path);
            left = mostBytes ?? Math.Max(0, new DriveInfo(Path).AvailableFreeSpace - Reserve);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"--spool {parent}: no folder can be made there ({e.Message.TrimEnd('.')}); name another.", e);
        }
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Makes a folder for one channel.</summary>
    /// <param name="channel">Its name.</param>
    /// <returns>The path.</returns>
    public string Channel(string channel) => Directory.CreateDirectory(System.IO.Path.Combine(Path, channel)).FullName;

    /// <summary>Takes space before it is written to.</summary>
    /// <param name="bytes">How much.</param>
    /// <param name="source">Whose bytes they are, for the message.</param>
    /// <exception cref="InputException">There is not so much left.</exception>
    public void Take(long bytes, string source)
    {
        if (Interlocked.Add(ref left, -bytes) < 0)
        {
            throw new InputException($"{source}: its data are larger than the space in {parent}, where what can be read only once is kept for the training; give the instances a larger volume, name another folder with --spool, or use File or FastFile mode.");
        }
    }

    /// <summary>Removes the folder; what cannot be removed is left to whoever cleans the disk.</summary>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
