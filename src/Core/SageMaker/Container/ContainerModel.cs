using KMeans.Models;
using KMeans.Training;

namespace KMeans.SageMaker;

/// <summary>Puts a model where the platform makes its model.tar.gz of: model_algo-1 for readers of the reference's artifact, and the whole of ours beside it.</summary>
/// <remarks>
/// The folder itself is a mount and cannot be swapped. So the files are written into a hidden folder in it and renamed one by one, model.json, without which a folder is no model of ours, last.
/// A model_algo-1 that is there is whole: readers of the reference's artifact look for nothing else.
/// </remarks>
internal static class ContainerModel
{
    /// <summary>Saves it.</summary>
    /// <param name="folder">The folder, made where it is missing.</param>
    /// <param name="result">What a training gave.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static void Save(string folder, TrainingResult result)
    {
        var target = Path.GetFullPath(folder);
        var fresh = FolderSwap.Sibling(Path.Combine(target, "model"));
        try
        {
            ModelFolder.Save(fresh, result, overwrite: false);
            var d = result.Model.FeatureCount;
            DiskSync.File(Path.Combine(fresh, ModelArchive.MemberName), stream => NdArrayFile.Write(stream, ModelFolder.ToSingle(result.Model.CentersInColumnUnits), d));

            // An archive in the platform's archive would say everything twice.
            File.Delete(Path.Combine(fresh, ModelFolder.ArchiveName));
            Replace(fresh, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{folder}: the model cannot be written ({e.Message.TrimEnd('.')})", e);
        }
        finally
        {
            if (Directory.Exists(fresh))
            {
                Directory.Delete(fresh, recursive: true);
            }
        }
    }

    private static void Replace(string fresh, string target)
    {
        // What an earlier run left is no model from here on, until ours is complete.
        File.Delete(Path.Combine(target, ModelFolder.DocumentName));
        var state = Path.Combine(target, ModelFolder.StateName);
        if (Directory.Exists(state))
        {
            Directory.Delete(state, recursive: true);
        }

        Directory.Move(Path.Combine(fresh, ModelFolder.StateName), state);
        foreach (var name in new[] { ModelFolder.CentersName, ModelArchive.MemberName, ModelFolder.DocumentName })
        {
            File.Move(Path.Combine(fresh, name), Path.Combine(target, name), overwrite: true);
        }

        DiskSync.Folder(target);
    }
}
