using KMeans.Input;

namespace KMeans.Coordination;

/// <summary>A pass that came from a coordinator elsewhere: its context, its open files, and who uses it.</summary>
internal sealed class HeldPass : IDisposable
{
    private readonly CancellationTokenSource cancelled = new();
    private readonly InputSet input;
    private readonly bool[] isHere;
    private readonly Lock gate = new();
    private int users;
    private bool isDropped;

    /// <summary>Holds a pass.</summary>
    /// <param name="pass">As instances see it.</param>
    /// <param name="input">Its rows; disposed when the pass is dropped and nobody uses it.</param>
    /// <param name="isHere">Which of its files are on this machine.</param>
    public HeldPass(Pass pass, InputSet input, bool[] isHere)
    {
        Pass = pass;
        this.input = input;
        this.isHere = isHere;
    }

    /// <summary>As instances see it.</summary>
    public Pass Pass { get; }

    /// <summary>Cancelled when the pass is not wanted any more.</summary>
    public CancellationToken Cancelled => cancelled.Token;

    /// <summary>Whether a block runs.</summary>
    public bool IsInUse
    {
        get
        {
            lock (gate)
            {
                return users > 0;
            }
        }
    }

    /// <summary>Begins to use it.</summary>
    /// <returns>False where it was dropped meanwhile.</returns>
    public bool TryUse()
    {
        lock (gate)
        {
            users += isDropped ? 0 : 1;
            return !isDropped;
        }
    }

    /// <summary>Ends a use.</summary>
    public void EndUse()
    {
        lock (gate)
        {
            if (--users == 0 && isDropped)
            {
                input.Dispose();
                cancelled.Dispose();
            }
        }
    }

    /// <summary>Cancels what runs and closes the files as soon as nobody reads them. A second call does nothing.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (isDropped)
            {
                return;
            }

            isDropped = true;
            users++;
        }

        // As a user, so that nobody closes anything in the meantime.
        cancelled.Cancel();
        EndUse();
    }

    /// <summary>Insists that all rows of a block are on this machine.</summary>
    /// <param name="block">A node of the tree.</param>
    /// <exception cref="InstanceFaultException">Some are not.</exception>
    public void RequireHere(BlockRange block)
    {
        for (var i = block.First; i < block.End; i++)
        {
            foreach (var segment in Pass.Partitions[i].Segments)
            {
                if (!isHere[segment.File])
                {
                    throw new InstanceFaultException($"partition {i} has rows of file '{input.Files[segment.File].Path}', which is on another worker", transient: false);
                }
            }
        }
    }
}
