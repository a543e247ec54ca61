using System.Collections.Concurrent;
using KMeans.Training;

namespace KMeans.Http.Service.Jobs;

/// <summary>What this process knows of jobs beyond the store: how far those that run here are, and who waits for a change. Thread-safe.</summary>
/// <param name="clock">The time.</param>
internal sealed class JobBoard(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> signals = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, JobTrack> tracks = new(StringComparer.Ordinal);
    private double meanSeconds = double.NaN;

    /// <summary>How long jobs took of late, in seconds; NaN where none ended here yet.</summary>
    public double MeanSeconds => Volatile.Read(ref meanSeconds);

    /// <summary>Finds the track of a job that runs here.</summary>
    /// <param name="name">The job.</param>
    /// <returns>The track, or null.</returns>
    public JobTrack? Find(string name) => tracks.GetValueOrDefault(name);

    /// <summary>A job begins to run here.</summary>
    /// <param name="name">The job.</param>
    /// <param name="history">What is known of before.</param>
    /// <returns>Its track.</returns>
    public JobTrack Begin(string name, IReadOnlyList<ProgressSample> history)
    {
        var track = new JobTrack(clock, history, () => Signal(name));
        tracks[name] = track;
        return track;
    }

    /// <summary>A job does not run here any more.</summary>
    /// <param name="name">The job.</param>
    /// <param name="elapsed">How long it ran, where it came to its end; or null.</param>
    public void End(string name, TimeSpan? elapsed)
    {
        tracks.TryRemove(name, out _);
        if (elapsed is { TotalSeconds: var seconds })
        {
            var mean = MeanSeconds;
            Volatile.Write(ref meanSeconds, double.IsNaN(mean) ? seconds : (0.7 * mean) + (0.3 * seconds));
        }

        Signal(name);
    }

    /// <summary>Wakes those who wait for a change of a job.</summary>
    /// <param name="name">The job.</param>
    public void Signal(string name)
    {
        if (signals.TryRemove(name, out var signal))
        {
            signal.TrySetResult();
        }
    }

    /// <summary>A task that completes with a job's next change in this process. To be taken before the job is looked at.</summary>
    /// <param name="name">The job.</param>
    /// <returns>The task.</returns>
    public Task Changed(string name) => signals.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
}

/// <summary>How far a job is that runs here. Thread-safe.</summary>
/// <param name="clock">The time.</param>
/// <param name="history">Samples of before.</param>
/// <param name="changed">Told of changes.</param>
#pragma warning disable CA1001 // A source without a timer holds nothing, and somebody may want the job stopped at the moment of its end.
internal sealed class JobTrack(TimeProvider clock, IReadOnlyList<ProgressSample> history, Action changed)
#pragma warning restore CA1001
{
    /// <summary>When there are more, every second one goes: 300 points are as many as a plot shows.</summary>
    private const int MostSamples = 300;

    private readonly Lock gate = new();
    private readonly List<ProgressSample> samples = [.. history];
    private readonly CancellationTokenSource stop = new();
    private long passBegan;
    private TrainingProgress? latest;

    /// <summary>Cancelled when somebody wants the job stopped.</summary>
    public CancellationToken Stopping => stop.Token;

    /// <summary>The samples so far, in order.</summary>
    public IReadOnlyList<ProgressSample> History
    {
        get
        {
            lock (gate)
            {
                return [.. samples];
            }
        }
    }

    /// <summary>The latest progress, or null.</summary>
    public TrainingProgress? Latest
    {
        get
        {
            lock (gate)
            {
                return latest;
            }
        }
    }

    /// <summary>Has the job stopped.</summary>
    public void Stop() => stop.Cancel();

    /// <summary>Notes progress.</summary>
    /// <param name="progress">The progress.</param>
    public void Add(TrainingProgress progress)
    {
        lock (gate)
        {
            if (progress.Phase == TrainingPhase.Pass && latest?.Phase != TrainingPhase.Pass)
            {
                passBegan = clock.GetTimestamp();
            }

            latest = progress;
            samples.Add(new ProgressSample(
                clock.GetUtcNow().ToUnixTimeMilliseconds(), progress.Phase, progress.Rows, progress.TotalRows, double.IsFinite(progress.Msd) ? progress.Msd : null, progress.Centers));
            if (samples.Count > MostSamples)
            {
                var every = 0;
                samples.RemoveAll(_ => every++ % 2 == 1);
            }
        }

        changed();
    }

    /// <summary>How long it will take, as far as can be told.</summary>
    /// <returns>The time; null where nothing tells.</returns>
    public TimeSpan? Remaining()
    {
        lock (gate)
        {
            return latest is { Phase: TrainingPhase.Pass, Rows: > 0, TotalRows: > 0 } pass
                ? clock.GetElapsedTime(passBegan) * Math.Max(0, (pass.TotalRows - pass.Rows) / (double)pass.Rows)
                : null;
        }
    }
}
