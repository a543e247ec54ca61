using KMeans.Http.Workers;
using KMeans.Storage;

namespace KMeans.Http.Service;

/// <summary>Makes way for files that jobs write.</summary>
internal static class OutputPlace
{
    /// <summary>Makes the folders of a file to be, where it has any.</summary>
    /// <param name="roots">Where jobs may write.</param>
    /// <param name="path">The file's path or address.</param>
    /// <exception cref="InputException">It is outside the roots, or its folder cannot be made.</exception>
    public static void Prepare(DataRoots roots, string path)
    {
        roots.Require(path);
        if (ObjectPath.Is(path))
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: its folder cannot be made ({e.Message.TrimEnd('.')}); choose another S3OutputPath.", e);
        }

        // Again, now that its folders are there: a link could have been put in their way.
        roots.Require(path);
    }
}
