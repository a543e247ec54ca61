namespace KMeans.Jobs;

/// <summary>Jobs that run elsewhere: on a cluster, or on a service.</summary>
public interface IJobService : IAsyncDisposable
{
    /// <summary>Submits a job. Sending the same one again under the same name changes nothing.</summary>
    /// <param name="id">Its name: 1 to 64 letters, digits, '-' and '_'.</param>
    /// <param name="request">What to train.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>Its status.</returns>
    /// <exception cref="InputException">The request is wrong, or the name is another job's.</exception>
    Task<JobStatus> SubmitAsync(string id, JobRequest request, CancellationToken cancellation);

    /// <summary>Lists jobs.</summary>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The latest first.</returns>
    Task<IReadOnlyList<JobStatus>> ListAsync(CancellationToken cancellation);

    /// <summary>Tells of a job.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>Its status.</returns>
    /// <exception cref="InputException">There is none of that name.</exception>
    Task<JobStatus> StatusAsync(string id, CancellationToken cancellation);

    /// <summary>Follows a job to its end, through failures of machines.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="cancellation">Stops following.</param>
    /// <returns>Each status that is newer than the one before; the last is the job's end.</returns>
    /// <exception cref="InputException">There is none of that name.</exception>
    IAsyncEnumerable<JobStatus> WatchAsync(string id, CancellationToken cancellation);

    /// <summary>Stops a job that runs; its state is dropped.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>Its status.</returns>
    /// <exception cref="InputException">There is none of that name.</exception>
    Task<JobStatus> StopAsync(string id, CancellationToken cancellation);

    /// <summary>Fetches a finished job's model.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="directory">The model's folder to be.</param>
    /// <param name="overwrite">Whether an existing model is replaced.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>When the folder is complete.</returns>
    /// <exception cref="InputException">There is no such job, it is not finished, or the folder cannot be written.</exception>
    Task FetchAsync(string id, string directory, bool overwrite, CancellationToken cancellation);
}
