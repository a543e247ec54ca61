namespace KMeans.Output;

/// <summary>A file that appears under its name only when it is complete: written beside it under a hidden name, then renamed.</summary>
/// <remarks>A hidden name begins with a dot, so that a search for input files passes it over. Disposing without <see cref="Commit"/> removes it.</remarks>
public sealed class StagedFile : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<string> Unfinished = [];
    private static bool abandoned;

    private readonly string path;
    private readonly string staged;
    private readonly bool overwrite;
    private bool committed;

    /// <summary>Begins a file.</summary>
    /// <param name="path">Its final name.</param>
    /// <param name="overwrite">Whether a file of that name may be replaced.</param>
    /// <exception cref="InputException">See <see cref="Check"/>.</exception>
    public StagedFile(string path, bool overwrite)
    {
        Check(path, overwrite);
        this.path = Path.GetFullPath(path);
        this.overwrite = overwrite;
        staged = Path.Combine(Path.GetDirectoryName(this.path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():n}.partial");
        try
        {
            lock (Gate)
            {
                Unfinished.Add(staged);
            }

            Stream = new FileStream(staged, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, 1 << 20);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new InputException($"{path}: cannot be written ({e.Message.TrimEnd('.')}).", e);
        }
    }

    /// <summary>The file's bytes on their way.</summary>
    public FileStream Stream { get; }

    /// <summary>Refuses a name that cannot be written, before any work.</summary>
    /// <param name="path">The final name.</param>
    /// <param name="overwrite">Whether a file of that name may be replaced.</param>
    /// <exception cref="InputException">The folder above does not exist, the name is a folder, or it exists and may not be replaced.</exception>
    public static void Check(string path, bool overwrite)
    {
        if (Directory.Exists(path))
        {
            throw new InputException($"{path}: is a folder; name a file in it.");
        }

        if (!overwrite && File.Exists(path))
        {
            throw new InputException($"{path}: exists; choose another name or give --overwrite.");
        }

        CheckParent(path);
    }

    /// <summary>Refuses a name whose folder does not exist.</summary>
    /// <param name="path">The final name.</param>
    /// <exception cref="InputException">The folder above does not exist.</exception>
    public static void CheckParent(string path)
    {
        if (path.Length == 0)
        {
            throw new InputException("the output's name is empty; name a file or folder.");
        }

        var parent = Path.GetDirectoryName(Path.GetFullPath(path));
        if (parent is not null && !Directory.Exists(parent))
        {
            throw new InputException($"{path}: the folder {parent} does not exist; create it first.");
        }
    }

    /// <summary>Removes every file that is not committed and lets none be committed from now on: for a process that ends at once, threads and all.</summary>
    public static void AbandonAll()
    {
        lock (Gate)
        {
            abandoned = true;
            foreach (var name in Unfinished)
            {
                File.Delete(name);
            }
        }
    }

    /// <summary>Closes the file and gives it its name.</summary>
    /// <exception cref="InputException">Another file took the name meanwhile, and may not be replaced.</exception>
    public void Commit()
    {
        Stream.Dispose();
        if (!overwrite && File.Exists(path))
        {
            throw new InputException($"{path}: was created by someone else meanwhile; choose another name or give --overwrite.");
        }

        lock (Gate)
        {
            if (abandoned)
            {
                throw new OperationCanceledException();
            }

            File.Move(staged, path, overwrite);
            Unfinished.Remove(staged);
        }

        committed = true;
    }

    /// <summary>Closes the file and, where it was not committed, removes it.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        if (committed)
        {
            return;
        }

        lock (Gate)
        {
            File.Delete(staged);
            Unfinished.Remove(staged);
        }
    }
}
