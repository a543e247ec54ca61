namespace KMeans.SageMaker;

/// <summary>A pipe in the file system, which the platform makes when it is ready.</summary>
internal static class NamedPipe
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until a pipe is there and somebody writes to it.</summary>
    /// <param name="path">The pipe.</param>
    /// <param name="cancellation">Stops waiting for it to be there.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="InputException">It cannot be opened.</exception>
    public static Stream Open(string path, CancellationToken cancellation)
    {
        while (!File.Exists(path))
        {
            cancellation.WaitHandle.WaitOne(Pause);
            cancellation.ThrowIfCancellationRequested();
        }

        try
        {
            // Shared, so that no lock is asked for: pipes have none. Unbuffered: whoever reads has a buffer.
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: the pipe cannot be opened ({e.Message.TrimEnd('.')}).", e);
        }
    }
}
