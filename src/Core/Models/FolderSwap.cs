using System.Security.Cryptography;

namespace KMeans.Models;

/// <summary>Makes a folder appear complete or not at all.</summary>
/// <remarks>
/// The content is written to a hidden folder beside the target, flushed to the disk, and renamed. A folder that is replaced is renamed aside
/// first and deleted last, and renamed back where anything fails between.
/// </remarks>
internal static class FolderSwap
{
    /// <summary>Fills a folder and puts it in its place.</summary>
    /// <param name="target">Full path; does not exist, or is a folder to be replaced whole.</param>
    /// <param name="replaces">Whether a folder that is there may be replaced: also one that somebody else put there meanwhile.</param>
    /// <param name="fill">Writes the content into the folder that it is given.</param>
    /// <exception cref="IOException">There is a folder, and it may not be replaced.</exception>
    public static void Write(string target, bool replaces, Action<string> fill)
    {
        var parent = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(parent);
        var fresh = Sibling(target);
        try
        {
            Directory.CreateDirectory(fresh);
            fill(fresh);
            DiskSync.Folder(fresh);
            Swap(fresh, target, replaces);
            DiskSync.Folder(parent);
        }
        catch
        {
            Delete(fresh);
            throw;
        }
    }

    /// <summary>A path for a hidden folder beside another, which nobody else has.</summary>
    /// <param name="target">The other's full path.</param>
    /// <returns>".name.0123456789abcdef.tmp" in the same parent.</returns>
    public static string Sibling(string target) =>
        Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}.tmp");

    private static void Swap(string fresh, string target, bool replaces)
    {
        if (!replaces || !Directory.Exists(target))
        {
            // Fails where there is a folder with content.
            Directory.Move(fresh, target);
            return;
        }

        var old = Sibling(target);
        Directory.Move(target, old);
        try
        {
            Directory.Move(fresh, target);
        }
        catch
        {
            Directory.Move(old, target);
            throw;
        }

        Delete(old);
    }

    /// <summary>Deletes a folder that nobody needs; one that cannot be deleted is hidden, harmless and no reason to fail.</summary>
    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
