using KMeans.Http.Service.Store;

namespace KMeans.Http.Service.Jobs;

/// <summary>Another process has taken the job over, or it is gone: whoever works on it here leaves it alone.</summary>
internal sealed class WorkLostException : Exception
{
    /// <summary>Creates one.</summary>
    /// <param name="message">Which work.</param>
    public WorkLostException(string message)
        : base(message)
    {
    }
}

/// <summary>Writes what happens to a training job into the store, for the process that has it.</summary>
/// <param name="store">The store.</param>
/// <param name="board">Wakes those who wait.</param>
/// <param name="record">The job as it was claimed.</param>
/// <param name="clock">The time.</param>
internal sealed class JobBook(RecordStore store, JobBoard board, StoredRecord record, TimeProvider clock)
{
    /// <summary>The job as it was written last.</summary>
    public StoredRecord Record { get; private set; } = record;

    /// <summary>Its document.</summary>
    public TrainingJobDocument Document { get; private set; } = TrainingJobDocument.Of(record);

    /// <summary>Whether somebody wants it stopped.</summary>
    public bool IsStopping => Record.Status == JobStatuses.Stopping;

    /// <summary>Goes over to another secondary status.</summary>
    /// <param name="status">The status.</param>
    /// <param name="message">For people.</param>
    /// <param name="change">What else changes, or null.</param>
    /// <returns>When it is stored.</returns>
    /// <exception cref="WorkLostException">The job is not this process's any more.</exception>
    public Task EnterAsync(string status, string message, Func<TrainingJobDocument, TrainingJobDocument>? change = null) => WriteAsync((now, time) =>
    {
        var document = TrainingJobDocument.Of(now);
        document = change?.Invoke(document) ?? document;

        // What is being stopped stays so for those who look.
        return now.Status == JobStatuses.Stopping
            ? now with { Document = document.Write(), Modified = time }
            : now with { Detail = status, Document = document.Enter(status, message, time).Write(), Modified = time };
    });

    /// <summary>Ends the job.</summary>
    /// <param name="status">Completed, Failed or Stopped; what is to be stopped and was done before that is stopped.</param>
    /// <param name="detail">The secondary status.</param>
    /// <param name="message">For people.</param>
    /// <param name="change">What else changes, or null.</param>
    /// <returns>When it is stored.</returns>
    /// <exception cref="WorkLostException">The job is not this process's any more.</exception>
    public Task EndAsync(string status, string detail, string message, Func<TrainingJobDocument, TrainingJobDocument>? change = null) => WriteAsync((now, time) =>
    {
        var document = TrainingJobDocument.Of(now);
        document = (change?.Invoke(document) ?? document).Enter(detail, message, time, isLast: true);
        return now with { Status = status, Detail = detail, Document = document.Write(), Modified = time, Ended = time, Owner = null, Lease = null };
    });

    private async Task WriteAsync(Func<StoredRecord, long, StoredRecord> change)
    {
        var time = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var written = await store.ChangeAsync(Record.Kind, Record.Name, now => now.Owner == Record.Owner && now.Ended is null
            ? change(now, time)
            : throw new WorkLostException($"{now.Kind} {now.Name}: is not this process's any more.")).ConfigureAwait(false);
        Record = written ?? throw new WorkLostException($"{Record.Kind} {Record.Name}: is gone.");
        Document = TrainingJobDocument.Of(Record);
        board.Signal(Record.Name);
    }
}
