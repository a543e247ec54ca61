namespace KMeans.Output;

/// <summary>A file that is being written and appears under its name only when it is committed, whole.</summary>
public interface IStagedFile : IDisposable
{
    /// <summary>Its bytes on their way: written in order, but for a header, which may be written again over the file's first bytes. Disposing it ends the writing.</summary>
    Stream Stream { get; }

    /// <summary>Gives the file its name.</summary>
    /// <exception cref="InputException">Another file took the name meanwhile, and may not be replaced.</exception>
    /// <exception cref="IOException">It could not be written.</exception>
    void Commit();
}
