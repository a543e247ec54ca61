using System.Buffers;

namespace KMeans.Storage;

/// <summary>Where an object is in a store of objects: "s3://bucket/folder/rows.parquet".</summary>
/// <param name="Scheme">What names the kind of store: "s3".</param>
/// <param name="Bucket">The bucket.</param>
/// <param name="Key">The object's name in it, a folder's that ends with '/', or the beginning of names; may be empty.</param>
/// <remarks>Stores know no folders: as everywhere, names that share a beginning up to a '/' are taken for one.</remarks>
public readonly record struct ObjectPath(string Scheme, string Bucket, string Key)
{
    /// <summary>What stands between the scheme and the bucket.</summary>
    public const string Mark = "://";

    /// <summary>The most bytes of a key. Source: Amazon S3, naming objects.</summary>
    private const int MostKeyBytes = 1024;

    private static readonly SearchValues<char> NeverInBuckets = SearchValues.Create("\\?#@: ");

    /// <summary>Whether a path names something in a store of objects and not in a file system.</summary>
    /// <param name="path">Any text.</param>
    /// <returns>True where it begins with letters and digits and "://".</returns>
    public static bool Is(string path)
    {
        var mark = path.IndexOf(Mark, StringComparison.Ordinal);
        return mark > 0 && path.Take(mark).All(char.IsAsciiLetterOrDigit);
    }

    /// <summary>Takes a path apart.</summary>
    /// <param name="path">As the user gave it.</param>
    /// <returns>Its parts; the scheme in lower case.</returns>
    /// <exception cref="InputException">It has no bucket, is too long, or has a part that is '.' or '..', which programs on the way would resolve.</exception>
    public static ObjectPath Parse(string path)
    {
        var mark = path.IndexOf(Mark, StringComparison.Ordinal);
        var rest = path[(mark + Mark.Length)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (bucket, key) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..]);
        if (bucket.Length == 0 || bucket.AsSpan().ContainsAny(NeverInBuckets))
        {
            throw new InputException($"{path}: names no bucket; write it as {path[..mark]}://BUCKET/NAME.");
        }

        if (key.Any(char.IsControl) || System.Text.Encoding.UTF8.GetByteCount(key) > MostKeyBytes)
        {
            throw new InputException($"{path}: the name has control characters or more than {MostKeyBytes} bytes; name the object otherwise.");
        }

        if (key.Split('/').Any(part => part is "." or ".."))
        {
            throw new InputException($"{path}: has a part that is '.' or '..', which object stores do not have; write the path without it.");
        }

        return new ObjectPath(path[..mark].ToLowerInvariant(), bucket, key);
    }

    /// <summary>This as a folder: with a '/' at the end, where it has a key.</summary>
    public ObjectPath AsFolder => Key.Length == 0 || Key.EndsWith('/') ? this : this with { Key = Key + '/' };

    /// <summary>An object of this folder.</summary>
    /// <param name="name">Its name below it.</param>
    /// <returns>Its path.</returns>
    public ObjectPath Child(string name) => this with { Key = AsFolder.Key + name };

    /// <summary>A name below a folder, be it of a file system or of a store.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The name.</param>
    /// <returns>The path.</returns>
    public static string Combine(string folder, string name) => Is(folder) ? $"{folder.TrimEnd('/')}/{name}" : Path.Combine(folder, name);

    /// <inheritdoc/>
    public override string ToString() => $"{Scheme}{Mark}{Bucket}{(Key.Length == 0 ? "" : "/")}{Key}";
}
