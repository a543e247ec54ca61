using Orleans.Concurrency;

namespace KMeans.Grains;

/// <summary>Coordinates one job; its key is the job's name.</summary>
[Alias("kmeans.ICoordinatorGrain")]
public interface ICoordinatorGrain : IGrainWithStringKey
{
    /// <summary>Begins the job. Sending the same request again changes nothing.</summary>
    /// <param name="request">What to train, as Core writes it.</param>
    /// <returns>The job, or why it is refused.</returns>
    [Alias("Submit"), ResponseTimeout("00:01:00")]
    Task<JobAnswer> SubmitAsync(string request);

    /// <summary>Tells of the job, and resumes it where its silo died.</summary>
    /// <returns>The job; its phase says where there is none.</returns>
    [Alias("Status"), AlwaysInterleave]
    Task<JobSnapshot> StatusAsync();

    /// <summary>Follows the job to its end.</summary>
    /// <param name="after">The version of the last snapshot that the caller has, or 0.</param>
    /// <param name="cancellation">Stops following.</param>
    /// <returns>Snapshots of growing version; the last is the end.</returns>
    [Alias("Watch"), AlwaysInterleave]
    IAsyncEnumerable<JobSnapshot> WatchAsync(long after, CancellationToken cancellation = default);

    /// <summary>Stops the job.</summary>
    /// <returns>The job.</returns>
    [Alias("Stop"), ResponseTimeout("00:01:00")]
    Task<JobSnapshot> StopAsync();

    /// <summary>Gives a chunk of a pass of the current term.</summary>
    /// <param name="epoch">The term.</param>
    /// <param name="pass">The pass's ticket.</param>
    /// <param name="index">The chunk.</param>
    /// <returns>The chunk; null where the pass is over or the term is another.</returns>
    [Alias("PullPass"), AlwaysInterleave]
    ValueTask<Chunk?> PullPassAsync(long epoch, string pass, int index);
}
