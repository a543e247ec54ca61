namespace KMeans.Output;

/// <summary>A file of this machine on its way: written beside its place under a hidden name, then renamed.</summary>
/// <remarks>A hidden name begins with a dot, so that a search for input files passes it over.</remarks>
internal sealed class LocalStagedFile : IStagedFile
{
    private readonly string path;
    private readonly string staged;
    private readonly bool overwrite;
    private bool committed;

    /// <summary>Begins a file.</summary>
    /// <param name="path">Its final name.</param>
    /// <param name="overwrite">Whether a file of that name may be replaced.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    public LocalStagedFile(string path, bool overwrite)
    {
        this.path = Path.GetFullPath(path);
        this.overwrite = overwrite;
        staged = Path.Combine(Path.GetDirectoryName(this.path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():n}.partial");
        try
        {
            Stream = new FileStream(staged, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, 1 << 20);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new InputException($"{path}: cannot be written ({e.Message.TrimEnd('.')}).", e);
        }
    }

    /// <inheritdoc/>
    public Stream Stream { get; }

    /// <inheritdoc/>
    public void Commit()
    {
        Stream.Dispose();
        if (!overwrite && File.Exists(path))
        {
            throw new InputException($"{path}: was created by someone else meanwhile; choose another name or give --overwrite.");
        }

        File.Move(staged, path, overwrite);
        committed = true;
    }

    /// <summary>Closes the file and, where it was not committed, removes it. Also while another thread still writes.</summary>
    public void Dispose()
    {
        if (!committed)
        {
            // First: whoever ends the process at once cannot wait for a writer.
            File.Delete(staged);
        }

        Stream.Dispose();
    }
}
