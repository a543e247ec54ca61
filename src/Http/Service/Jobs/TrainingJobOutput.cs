using KMeans.Http.Workers;
using KMeans.Jobs;
using KMeans.Models;
using KMeans.Output;

namespace KMeans.Http.Service.Jobs;

/// <summary>Writes the models of finished jobs to where their users want them.</summary>
/// <param name="roots">Where jobs may write.</param>
/// <param name="scratch">A folder for models on their way; what is in it is nobody's when the service starts.</param>
/// <param name="threads">Threads that score, or null for one a core.</param>
internal sealed class TrainingJobOutput(DataRoots roots, string scratch, int? threads)
{
    /// <summary>Threads that score.</summary>
    public int? Threads => threads;

    /// <summary>Fetches a job's model from the engine and writes its archive. Repeating it writes the same bytes.</summary>
    /// <param name="engine">Who trained.</param>
    /// <param name="name">The job.</param>
    /// <param name="artifact">The archive's address or path.</param>
    /// <param name="look">Given the model before it is written.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>When the archive is there, whole.</returns>
    /// <exception cref="InputException">It cannot be written, or is outside the roots.</exception>
    public async Task WriteAsync(IJobService engine, string name, string artifact, Action<TrainedModel> look, CancellationToken cancellation)
    {
        var folder = Path.Combine(scratch, $"{name}-{Guid.NewGuid():n}");
        try
        {
            await engine.FetchAsync(name, folder, overwrite: false, cancellation).ConfigureAwait(false);
            await Task.Run(() =>
            {
                look(ModelFolder.Load(folder, withState: false));
                Copy(Path.Combine(folder, ModelFolder.ArchiveName), artifact);
            }, cancellation).ConfigureAwait(false);
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private void Copy(string archive, string artifact)
    {
        OutputPlace.Prepare(roots, artifact);
        using var file = new StagedFile(artifact, overwrite: true);
        using (var content = File.OpenRead(archive))
        {
            content.CopyTo(file.Stream);
        }

        file.Commit();
    }
}
