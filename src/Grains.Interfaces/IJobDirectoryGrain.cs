namespace KMeans.Grains;

/// <summary>Knows the cluster's jobs; there is one, under <see cref="Key"/>.</summary>
[Alias("kmeans.IJobDirectoryGrain")]
public interface IJobDirectoryGrain : IGrainWithStringKey
{
    /// <summary>Its key.</summary>
    const string Key = "jobs";

    /// <summary>Lists jobs.</summary>
    /// <returns>The latest first, without progress.</returns>
    [Alias("List")]
    Task<IReadOnlyList<JobSnapshot>> ListAsync();

    /// <summary>Takes note of a job: that it began, or how it ended.</summary>
    /// <param name="job">The job.</param>
    /// <returns>When it is kept.</returns>
    [Alias("Report")]
    Task ReportAsync(JobSnapshot job);
}
