using KMeans.Input;
using KMeans.Output;

namespace KMeans.Storage;

/// <summary>A store of objects: files in buckets, read in ranges and written whole. Thread-safe.</summary>
/// <remarks>
/// Lives in a project of its own, with the package it needs; hosts register it at start with <see cref="ObjectStores.Register"/>. It tries again by itself what may pass, a bounded number of times. What is left is
/// an <see cref="InputException"/> where the user must change something (a name, rights, the endpoint), and an <see cref="IOException"/> otherwise.
/// </remarks>
public interface IObjectStore
{
    /// <summary>Looks up one object.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>The object, or null where there is none of that name.</returns>
    StoredObject? Find(ObjectPath path);

    /// <summary>Lists all objects whose names begin with a key: exactly so, "train" also finds "train2/a".</summary>
    /// <param name="prefix">The beginning.</param>
    /// <returns>In ordinal order of their UTF-8 names, a page at a time as they are taken.</returns>
    IEnumerable<StoredObject> List(ObjectPath prefix);

    /// <summary>Opens an object for reading; it is asked for only when bytes are.</summary>
    /// <param name="item">As it was found: should it be another object by then, reading fails.</param>
    /// <returns>Its bytes.</returns>
    ByteSource Open(StoredObject item);

    /// <summary>Begins an object, which appears when it is committed.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="overwrite">Whether one of that name may be replaced; checked again by <see cref="IStagedFile.Commit"/>.</param>
    /// <returns>The object on its way.</returns>
    IStagedFile Create(ObjectPath path, bool overwrite);

    /// <summary>Deletes an object, where it is there.</summary>
    /// <param name="path">Its path.</param>
    void Delete(ObjectPath path);
}
