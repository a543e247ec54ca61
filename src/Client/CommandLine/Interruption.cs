using System.Runtime.InteropServices;
using KMeans.Output;

namespace KMeans.Client.CommandLine;

/// <summary>Turns Ctrl-C and SIGTERM into a cancellation, and ends the process itself where the work does not.</summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>The work stops within a batch; what does not by then is ended, so that the user waits at most a second.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private bool published;

    /// <summary>Begins to listen.</summary>
    public Interruption()
    {
        Listen(PosixSignal.SIGINT, ExitCode.Interrupted);
        Listen(PosixSignal.SIGTERM, ExitCode.Terminated);
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>What to exit with after a signal.</summary>
    public int Code { get; private set; } = ExitCode.Interrupted;

    /// <summary>What is left of stopped work, for the user; null for nothing.</summary>
    public string? Kept { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        source.Dispose();
    }

    /// <summary>Gives a result its final name: not after a signal, and a signal that comes meanwhile waits for it and then changes nothing.</summary>
    /// <param name="publish">Writes the result; short beside the work that made it.</param>
    /// <exception cref="OperationCanceledException">The user stopped the work before.</exception>
    public void Publish(Action publish)
    {
        lock (gate)
        {
            Token.ThrowIfCancellationRequested();
            publish();
            published = true;
        }
    }

    private void End(int code)
    {
        lock (gate)
        {
            if (published)
            {
                return;
            }

            StagedFile.AbandonAll();
            Messages.Stopped(Kept);
            Environment.Exit(code);
        }
    }

    private void Listen(PosixSignal signal, int code) => registrations.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        Code = code;
        var last = new Thread(() =>
        {
            Thread.Sleep(Patience);
            End(code);
        })
        { IsBackground = true, Name = "last resort" };
        last.Start();
        source.Cancel();
    }));
}
