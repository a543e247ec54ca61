using System.Runtime.ExceptionServices;
using KMeans.Curves;
using KMeans.Output;
using KMeans.Storage;
using KMeans.Training;

namespace KMeans.Models;

/// <summary>Saves models as folders and loads them. The files are explained in docs/design/model-format.md.</summary>
public static class ModelFolder
{
    /// <summary>The model's description.</summary>
    internal const string DocumentName = "model.json";

    /// <summary>The centers for other programs: float32, in the columns' own units.</summary>
    internal const string CentersName = "centers.npy";

    /// <summary>The reference product's artifact.</summary>
    internal const string ArchiveName = "model.tar.gz";

    /// <summary>The folder that only going on from the model needs.</summary>
    internal const string StateName = "state";

    /// <summary>In the state: the centers in double, in the model's space.</summary>
    internal const string StateCentersName = "centers.npy";

    /// <summary>In the state: the <see cref="CoreSet"/>.</summary>
    internal const string CoreSetName = "coreset.bin";

    /// <summary>Checks that a model can be saved, so that it is known before any work.</summary>
    /// <param name="directory">The folder to be.</param>
    /// <param name="overwrite">Whether an existing model may be replaced.</param>
    /// <exception cref="InputException">
    /// It exists and may not be replaced: because <paramref name="overwrite"/> is false, or because it is not a model folder; or nothing can be written there.
    /// </exception>
    public static void CheckTarget(string directory, bool overwrite)
    {
        var target = Resolve(directory, overwrite);
        if (ObjectPath.Is(directory))
        {
            return;
        }

        Guard(directory, () =>
        {
            var existing = Path.GetDirectoryName(target)!;
            while (!Path.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
            {
                existing = parent;
            }

            if (File.Exists(existing))
            {
                throw new InputException($"{directory}: {existing} is a file, so no folder can be in it; choose another --output.");
            }

            var probe = FolderSwap.Sibling(Path.Combine(existing, Path.GetFileName(target)));
            Directory.CreateDirectory(probe);
            Directory.Delete(probe);
        });
    }

    /// <summary>Saves a trained model. The folder appears complete or not at all.</summary>
    /// <param name="directory">The folder to be; parents are created.</param>
    /// <param name="result">The model and its report; what depends on time or machine is not saved.</param>
    /// <param name="overwrite">Whether an existing model folder is replaced, as a whole.</param>
    /// <exception cref="InputException">As for <see cref="CheckTarget"/>; or a cost that is not finite, which JSON cannot say.</exception>
    /// <exception cref="ArgumentException">The model has no cost: it was loaded from another program's file.</exception>
    /// <remarks>The same training gives the same bytes.</remarks>
    public static void Save(string directory, TrainingResult result, bool overwrite) => Save(directory, result.Model, overwrite);

    /// <summary>Saves a model. The folder appears complete or not at all.</summary>
    /// <param name="directory">The folder to be; parents are created.</param>
    /// <param name="model">The model.</param>
    /// <param name="overwrite">Whether an existing model folder is replaced, as a whole.</param>
    /// <exception cref="InputException">As for <see cref="CheckTarget"/>; or a cost that is not finite, which JSON cannot say.</exception>
    /// <exception cref="ArgumentException">The model has no cost: it was loaded from another program's file.</exception>
    public static void Save(string directory, TrainedModel model, bool overwrite) => Save(directory, model, [], [], overwrite);

    /// <summary>Saves a model with what belongs to it.</summary>
    /// <param name="directory">The folder to be; parents are created.</param>
    /// <param name="model">The model.</param>
    /// <param name="files">Further files: names without folders, and what writes them.</param>
    /// <param name="others">Further models, without their states, and the folders below this one where they go, with '/'.</param>
    /// <param name="overwrite">Whether an existing model folder is replaced, as a whole.</param>
    /// <exception cref="InputException">As for <see cref="CheckTarget"/>.</exception>
    internal static void Save(
        string directory, TrainedModel model, IReadOnlyList<(string Name, Action<Stream> Write)> files, IReadOnlyList<(string Folder, TrainedModel Model)> others, bool overwrite)
    {
        var document = Describe(directory, model);
        var otherDocuments = others.Select(other => Describe(directory, other.Model)).ToArray();
        var target = Resolve(directory, overwrite);
        if (ObjectPath.Is(directory))
        {
            using var folder = new ObjectFolder(target, overwrite);
            WriteAll((name, write) => WriteTo(folder, name, write));
            folder.Commit(Belongs);
            return;
        }

        Guard(directory, () => FolderSwap.Write(target, overwrite, folder =>
        {
            // Side by side: some wait for the disk, others pack or add up checksums.
            var folders = new HashSet<string>();
            var written = new List<Task>();
            WriteAll((name, write) =>
            {
                var path = Path.Combine(folder, name);
                var parent = Path.GetDirectoryName(path)!;
                if (parent != folder && folders.Add(parent))
                {
                    Directory.CreateDirectory(parent);
                }

                written.Add(Task.Run(() => DiskSync.File(path, write)));
            });
            WaitFor(written);
            foreach (var below in folders)
            {
                DiskSync.Folder(below);
            }
        }));

        void WriteAll(Action<string, Action<Stream>> file)
        {
            foreach (var (name, write) in files)
            {
                file(name, write);
            }

            for (var i = 0; i < others.Count; i++)
            {
                var below = others[i].Folder;
                Fill(others[i].Model, null, otherDocuments[i], (name, write) => file($"{below}/{name}", write));
            }

            Fill(model, model.State, document, file);
        }
    }

    /// <summary>Waits until all files are written, whatever becomes of one: their folder may be deleted then. Throws what the first that failed did.</summary>
    private static void WaitFor(List<Task> written)
    {
        try
        {
            Task.WaitAll(written);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private static ModelDocument Describe(string directory, TrainedModel model)
    {
        var document = ModelDocumentFile.Describe(model);
        ModelDocumentFile.Check(document, directory);
        return document;
    }

    /// <summary>Saves a model whose files come from elsewhere. The folder appears complete, and only if the model in it can be loaded.</summary>
    /// <param name="directory">The folder to be; parents are created.</param>
    /// <param name="overwrite">Whether an existing model folder is replaced, as a whole.</param>
    /// <param name="files">Paths below the folder, with '/', and their contents.</param>
    /// <exception cref="InputException">As for <see cref="CheckTarget"/>; or a file is none of a model's, or damaged.</exception>
    internal static void Import(string directory, bool overwrite, IEnumerable<(string Name, Func<Stream> Open)> files)
    {
        var target = Resolve(directory, overwrite);
        if (ObjectPath.Is(directory))
        {
            ImportObjects(directory, overwrite, files);
            return;
        }

        Guard(directory, () => FolderSwap.Write(target, overwrite, folder =>
        {
            foreach (var (name, open) in files)
            {
                if (!Names.Contains(name))
                {
                    throw new InputException($"{directory}: '{name}' came, which is no file of a model; use the same release everywhere.");
                }

                var path = Path.Combine(folder, name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                DiskSync.File(path, stream =>
                {
                    using var content = open();
                    content.CopyTo(stream);
                });
            }

            ModelLoader.Load(folder, withState: true);
        }));
    }

    /// <summary>Takes the files to this machine first: whether the model can be loaded is known when all are there.</summary>
    private static void ImportObjects(string directory, bool overwrite, IEnumerable<(string Name, Func<Stream> Open)> files)
    {
        var temporary = Directory.CreateTempSubdirectory("kmeans-").FullName;
        try
        {
            var staged = Path.Combine(temporary, "model");
            Import(staged, overwrite: false, files);
            using var folder = new ObjectFolder(directory, overwrite);

            // The document is the last of the order in which they appear.
            foreach (var name in Names.Reverse().Where(name => File.Exists(Path.Combine(staged, name))))
            {
                using var content = File.OpenRead(Path.Combine(staged, name));
                WriteTo(folder, name, content.CopyTo);
            }

            folder.Commit(Belongs);
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    private static void WriteTo(ObjectFolder folder, string name, Action<Stream> write)
    {
        using var stream = folder.Create(name);
        write(stream);
    }

    private static readonly string[] Names = [DocumentName, CentersName, ArchiveName, $"{StateName}/{StateCentersName}", $"{StateName}/{CoreSetName}"];

    /// <summary>Whether a file of a folder is a model's, or a curve's that a model replaces.</summary>
    private static bool Belongs(string name) => Names.Contains(name) || CurveFolder.Belongs(name);

    /// <summary>Loads a model.</summary>
    /// <param name="path">A model folder; or the reference product's model.tar.gz, its member model_algo-1, or a folder with one of them.</param>
    /// <param name="withState">Whether to load the core-set too, where there is one; scoring and predicting do not need it.</param>
    /// <returns>
    /// The model. <see cref="TrainedModel.State"/> is null where it was not wanted or is not there. Without its state folder the centers are those of
    /// centers.npy, rounded to float32, and the fingerprint cannot be verified.
    /// </returns>
    /// <exception cref="InputException">There is no model, or a file of it is missing, damaged, or of a newer version.</exception>
    public static TrainedModel Load(string path, bool withState = true) => Guard(path, () => ModelLoader.Load(path, withState));

    /// <param name="model">The model.</param>
    /// <param name="saved">Its state, where that is written too.</param>
    /// <param name="document">Its description.</param>
    /// <param name="file">Writes one file, given its name below the folder.</param>
    private static void Fill(TrainedModel model, CoreSet? saved, ModelDocument document, Action<string, Action<Stream>> file)
    {
        var d = model.FeatureCount;
        var centers = ToSingle(model.CentersInColumnUnits);
        if (saved is { } state)
        {
            file($"{StateName}/{StateCentersName}", stream => NpyWriter.Write<double>(stream, model.Centers, d));
            file($"{StateName}/{CoreSetName}", stream => CoreSetFile.Write(stream, state));
        }

        file(CentersName, stream => NpyWriter.Write<float>(stream, centers, d));
        file(ArchiveName, stream => ModelArchive.Write(stream, centers, d));

        // Last: a folder without it is no model, whenever the writing stopped.
        file(DocumentName, stream => ModelDocumentFile.Write(stream, document));
    }

    /// <summary>Rounds centers for centers.npy and the artifact; what is beyond float32 becomes infinite, as IEEE 754 has it.</summary>
    internal static float[] ToSingle(double[] centers) => Array.ConvertAll(centers, value => (float)value);

    private static string Resolve(string directory, bool overwrite) => Guard(directory, () =>
    {
        if (directory.Length == 0)
        {
            throw new InputException("--output: the name is empty; name a folder.");
        }

        if (ObjectPath.Is(directory))
        {
            return ResolveObjects(directory, overwrite);
        }

        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        if (new DirectoryInfo(target) is { LinkTarget: not null } link && link.ResolveLinkTarget(returnFinalTarget: true) is { } linked)
        {
            // The link stays, and what it points to is replaced.
            target = linked.FullName;
        }

        if (Path.GetFileName(target).Length == 0)
        {
            throw new InputException($"{directory}: a model cannot be a whole file system; choose a folder in it as --output.");
        }

        if (!Path.Exists(target))
        {
            return target;
        }

        if (!overwrite)
        {
            throw new InputException($"{directory}: already exists; choose another --output or add --overwrite.");
        }

        if (!Directory.Exists(target))
        {
            throw new InputException($"{directory}: is a file, not a model folder, and is not overwritten; choose another --output.");
        }

        if (!File.Exists(Path.Combine(target, DocumentName)) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            throw new InputException($"{directory}: is not a model folder (it has files, but no {DocumentName}) and is not overwritten; choose another --output.");
        }

        return target;
    });

    private static string ResolveObjects(string directory, bool overwrite)
    {
        var folder = ObjectPath.Parse(directory).AsFolder;
        if (folder.Key.Length == 0)
        {
            throw new InputException($"{directory}: a model cannot be a whole bucket; choose a name in it as --output.");
        }

        // Also finds out whether the bucket is there and ours.
        var store = ObjectStores.Of(folder);
        var isThere = store.List(folder).Any();
        if (isThere && !overwrite)
        {
            throw new InputException($"{directory}: already exists; choose another --output or add --overwrite.");
        }

        return !isThere || store.Find(folder.Child(DocumentName)) is not null
            ? folder.ToString()
            : throw new InputException($"{directory}: is not a model folder (it has objects, but no {DocumentName}) and is not overwritten; choose another --output.");
    }

    private static void Guard(string path, Action action) => Guard(path, () =>
    {
        action();
        return true;
    });

    private static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (!ObjectPath.Is(path) && e is (IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException))
        {
            throw new InputException($"{path}: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}; check the path, its permissions and the free space.", e);
        }
    }
}
