namespace KMeans.Storage;

/// <summary>An object as a store listed it.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Version">What changes with its content (S3: the ETag); reading insists on it.</param>
public sealed record StoredObject(ObjectPath Path, long Length, string Version);
