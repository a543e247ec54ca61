using KMeans.Models;

namespace KMeans.Coordination;

/// <summary>Where a checkpoint's files are. A file is there whole or not at all, whenever the process or the machine stops.</summary>
internal interface ICheckpointFolder : IDisposable
{
    /// <summary>How the name of a file ends that is not complete.</summary>
    const string Unfinished = ".partial";

    /// <summary>What the user calls it.</summary>
    string Path { get; }

    /// <summary>The names of the files that are there, unfinished ones included.</summary>
    /// <returns>In no order.</returns>
    IReadOnlyList<string> Names();

    /// <summary>Opens a file.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>To be disposed.</returns>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    Stream Open(string name);

    /// <summary>Writes a file; it replaces one of that name. On return it is on the disk.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">It cannot be written; what had the name still has it.</exception>
    void Write(string name, Action<Stream> write);

    /// <summary>Deletes a file where it is there.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    void Delete(string name);

    /// <summary>Deletes the folder where nothing is left in it.</summary>
    void DeleteIfEmpty();
}

/// <summary>A folder of a file system. One training at a time has it: a lock file says so.</summary>
internal sealed class DiskFolder : ICheckpointFolder
{
    private const string LockName = "lock";
    private readonly FileStream hold;
    private bool isOurs;

    /// <summary>Opens a folder, made where it is missing.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="InputException">It cannot be made, written to, or another training has it.</exception>
    public DiskFolder(string path)
    {
        Path = path;
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"--checkpoint {path}: the folder cannot be made ({e.Message.TrimEnd('.')}); name another.", e);
        }

        isOurs = File.Exists(InFolder(LockName));
        try
        {
            hold = new FileStream(InFolder(LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new InputException($"--checkpoint {path}: another training uses this folder; wait for it or name another.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InputException($"--checkpoint {path}: the folder cannot be written to; name another.", e);
        }
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Names() => [.. Directory.EnumerateFileSystemEntries(Path).Select(entry => System.IO.Path.GetFileName(entry)).Where(name => name != LockName)];

    /// <inheritdoc/>
    public Stream Open(string name) => new FileStream(InFolder(name), FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);

    /// <inheritdoc/>
    public void Write(string name, Action<Stream> write)
    {
        isOurs = true;
        var unfinished = InFolder(name + ICheckpointFolder.Unfinished);
        try
        {
            File.Delete(unfinished);
            DiskSync.File(unfinished, write);
            File.Move(unfinished, InFolder(name), overwrite: true);
            DiskSync.Folder(Path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
        catch (IOException)
        {
            // On a full disk the half-written file takes the room that the next try needs.
            File.Delete(unfinished);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Delete(string name)
    {
        try
        {
            File.Delete(InFolder(name));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public void DeleteIfEmpty()
    {
        if (Names().Count == 0)
        {
            hold.Dispose();
            File.Delete(InFolder(LockName));
            try
            {
                Directory.Delete(Path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A volume's own root, or a folder in one that is not ours to change: empty is as good as gone.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // In a folder that was refused nothing of ours stays.
        if (!isOurs && File.Exists(InFolder(LockName)))
        {
            File.Delete(InFolder(LockName));
        }

        hold.Dispose();
    }

    private string InFolder(string name) => System.IO.Path.Combine(Path, name);
}
