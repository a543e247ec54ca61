using System.Globalization;
using KMeans.Client.Commands;
using KMeans.Jobs;

namespace KMeans.Client.Display;

/// <summary>Prints jobs.</summary>
internal static class JobOutput
{
    /// <summary>Follows a job and shows how far it is.</summary>
    /// <param name="jobs">The jobs of a service or cluster.</param>
    /// <param name="id">The job.</param>
    /// <param name="quiet">Whether to show nothing.</param>
    /// <param name="cancellation">Stops following; the job goes on.</param>
    /// <returns>The job's end.</returns>
    public static JobStatus Follow(IJobService jobs, string id, bool quiet, CancellationToken cancellation) => Progress.Run(quiet, show => Follow(jobs, id, show, cancellation).GetAwaiter().GetResult());

    /// <summary>Prints a job's end.</summary>
    /// <param name="job">The job.</param>
    /// <exception cref="IOException">Machines failed it.</exception>
    /// <exception cref="InputException">Its data or options did.</exception>
    public static void PrintEnd(JobStatus job)
    {
        switch (job.State)
        {
            case JobState.Finished:
                Print(job);
                break;
            case JobState.Failed when !job.IsMachineFault:
                throw new InputException($"job '{job.Id}' failed: {job.Message}");
            case JobState.Failed:
                throw new IOException($"job '{job.Id}' failed: {job.Message}");
            default:
                Console.Out.WriteLine($"job {job.Id} was stopped");
                break;
        }
    }

    /// <summary>Prints what is known of a job.</summary>
    /// <param name="job">The job.</param>
    public static void Print(JobStatus job)
    {
        Console.Out.WriteLine($"job {job.Id} {Describe(job)}, submitted {Time(job.Submitted)}");
        if (job.Message is not null)
        {
            Console.Out.WriteLine(job.Message);
        }

        if (job.Report is { } report)
        {
            Console.Out.WriteLine(TrainingRun.Describe(report));
            Console.Out.WriteLine($"fingerprint {report.Fingerprint}");
            Console.Out.WriteLine(TrainingRun.DescribeLedger(report));
            foreach (var note in report.Notes)
            {
                CommandLine.Messages.Note(note);
            }
        }
    }

    /// <summary>Where a job is, in a few words.</summary>
    /// <param name="job">The job.</param>
    /// <returns>"running (pass, 42 %, term 1)" or "finished".</returns>
    public static string Describe(JobStatus job)
    {
        if (job.State != JobState.Running)
        {
            return job.State.ToString().ToLowerInvariant();
        }

        if (job.Progress is not { } progress)
        {
            return "running";
        }

        var share = progress.TotalRows > 0 ? string.Create(CultureInfo.InvariantCulture, $", {Math.Min(1, progress.Rows / (double)progress.TotalRows) * 100:0} %") : "";
        return $"running ({TrainingRun.Name(progress.Phase)}{share}, term {job.Epoch})";
    }

    /// <summary>A moment.</summary>
    /// <param name="time">The moment.</param>
    /// <returns>"2026-08-01 12:00:00Z".</returns>
    public static string Time(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);

    private static async Task<JobStatus> Follow(IJobService jobs, string id, Action<Activity> show, CancellationToken cancellation)
    {
        await foreach (var job in jobs.WatchAsync(id, cancellation).ConfigureAwait(false))
        {
            if (job.State != JobState.Running)
            {
                return job;
            }

            if (job.Progress is { } progress)
            {
                show(TrainingRun.Describe(progress));
            }
        }

        throw new IOException($"job '{id}': the service stopped telling of it; ask again with kmeans watch");
    }
}
