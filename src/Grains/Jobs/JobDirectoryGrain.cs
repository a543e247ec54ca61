namespace KMeans.Grains;

/// <summary>What is stored of all jobs.</summary>
[GenerateSerializer, Alias("kmeans.DirectoryRecord")]
internal sealed class DirectoryRecord
{
    /// <summary>Layout of the record; raised when an older release could not read it.</summary>
    [Id(0)]
    public int SchemaVersion { get; set; } = 1;

    /// <summary>The jobs, the latest first.</summary>
    [Id(1)]
    public List<JobSnapshot> Jobs { get; set; } = [];
}

/// <summary>Keeps the list of jobs. Every job's own record counts; this one only says which there are.</summary>
/// <param name="record">What is stored.</param>
internal sealed class JobDirectoryGrain([PersistentState("directory", StoredFiles.StorageName)] IPersistentState<DirectoryRecord> record) : Grain, IJobDirectoryGrain
{
    /// <summary>Of more, the oldest that ended are not listed any more; they are still known by name.</summary>
    private const int MostJobs = 1000;

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobSnapshot>> ListAsync() => Task.FromResult<IReadOnlyList<JobSnapshot>>([.. record.State.Jobs]);

    /// <inheritdoc/>
    public async Task ReportAsync(JobSnapshot job)
    {
        var jobs = record.State.Jobs;
        jobs.RemoveAll(known => known.Id == job.Id);
        var place = jobs.FindIndex(known => known.Submitted <= job.Submitted);
        jobs.Insert(place < 0 ? jobs.Count : place, job);
        if (jobs.Count > MostJobs && jobs.FindLastIndex(known => known.Phase != JobPhase.Running) is var oldest and >= 0)
        {
            jobs.RemoveAt(oldest);
        }

        try
        {
            await record.WriteStateAsync();
        }
        catch
        {
            // What is known here is not what is stored: the next call reads it again.
            DeactivateOnIdle();
            throw;
        }
    }
}
