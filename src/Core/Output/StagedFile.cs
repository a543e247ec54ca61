using KMeans.Storage;

namespace KMeans.Output;

/// <summary>A file, of this machine or of a store of objects, that appears under its name only when it is complete.</summary>
/// <remarks>Disposing without <see cref="Commit"/> leaves nothing behind.</remarks>
public sealed class StagedFile : IDisposable
{
    /// <summary>A store that does not answer must not keep a process that ends.</summary>
    private static readonly TimeSpan AbandonPatience = TimeSpan.FromMilliseconds(200);

    private static readonly Lock Gate = new();
    private static readonly HashSet<IStagedFile> Unfinished = [];
    private static bool abandoned;

    private readonly IStagedFile file;

    /// <summary>Begins a file.</summary>
    /// <param name="path">Its final name.</param>
    /// <param name="overwrite">Whether a file of that name may be replaced.</param>
    /// <exception cref="InputException">See <see cref="Check"/>.</exception>
    public StagedFile(string path, bool overwrite)
    {
        Check(path, overwrite);
        lock (Gate)
        {
            file = ObjectPath.Is(path) ? ObjectStores.Of(ObjectPath.Parse(path)).Create(ObjectPath.Parse(path), overwrite) : new LocalStagedFile(path, overwrite);
            Unfinished.Add(file);
        }
    }

    /// <summary>The file's bytes on their way: see <see cref="IStagedFile.Stream"/>.</summary>
    public Stream Stream => file.Stream;

    /// <summary>Refuses a name that cannot be written, before any work.</summary>
    /// <param name="path">The final name.</param>
    /// <param name="overwrite">Whether a file of that name may be replaced.</param>
    /// <exception cref="InputException">The folder above does not exist, the name is a folder, or it exists and may not be replaced.</exception>
    public static void Check(string path, bool overwrite)
    {
        if (ObjectPath.Is(path))
        {
            CheckObject(path, overwrite);
            return;
        }

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

    /// <summary>Refuses a name whose folder does not exist. Stores of objects need none.</summary>
    /// <param name="path">The final name.</param>
    /// <exception cref="InputException">The folder above does not exist.</exception>
    public static void CheckParent(string path)
    {
        if (path.Length == 0)
        {
            throw new InputException("the output's name is empty; name a file or folder.");
        }

        if (ObjectPath.Is(path))
        {
            return;
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
            var removals = Unfinished.Select(file => new Thread(file.Dispose) { IsBackground = true }).ToArray();
            Array.ForEach(removals, removal => removal.Start());
            Array.ForEach(removals, removal => removal.Join(AbandonPatience));
        }
    }

    /// <summary>Ends the file and gives it its name.</summary>
    /// <exception cref="InputException">Another file took the name meanwhile, and may not be replaced.</exception>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Commit()
    {
        file.Stream.Dispose();
        lock (Gate)
        {
            if (abandoned)
            {
                throw new OperationCanceledException();
            }

            file.Commit();
            Unfinished.Remove(file);
        }
    }

    /// <summary>Closes the file and, where it was not committed, removes it.</summary>
    public void Dispose()
    {
        file.Dispose();
        lock (Gate)
        {
            Unfinished.Remove(file);
        }
    }

    private static void CheckObject(string path, bool overwrite)
    {
        var location = ObjectPath.Parse(path);
        if (location.Key.Length == 0 || location.Key.EndsWith('/'))
        {
            throw new InputException($"{path}: names no object; name one in it.");
        }

        // Asked in any case: a bucket that is not there or not ours is to be known before the work.
        if (ObjectStores.Of(location).Find(location) is not null && !overwrite)
        {
            throw new InputException($"{path}: exists; choose another name or give --overwrite.");
        }
    }
}
