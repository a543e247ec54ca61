namespace KMeans.Coordination;

/// <summary>Pauses a training and lets it go on, from any thread.</summary>
/// <remarks>While it is paused no block is handed out; what runs is finished and kept. To stop a training cancel its token.</remarks>
public sealed class TrainingControl
{
    private volatile bool isPaused;
    private Action? changed;

    /// <summary>Whether it is paused.</summary>
    public bool IsPaused => isPaused;

    /// <summary>Pauses.</summary>
    public void Pause() => Set(true);

    /// <summary>Goes on.</summary>
    public void Resume() => Set(false);

    /// <summary>Has the coordinator told of changes.</summary>
    /// <param name="listener">Called from any thread.</param>
    internal void Attach(Action listener) => Volatile.Write(ref changed, listener);

    private void Set(bool paused)
    {
        isPaused = paused;
        Volatile.Read(ref changed)?.Invoke();
    }
}
