namespace KMeans.Coordination;

/// <summary>What went other than straight in a pass.</summary>
internal sealed class PassCounts
{
    /// <summary>Blocks handed out.</summary>
    public long Attempts { get; set; }

    /// <summary>Attempts that failed and were made again.</summary>
    public long Faults { get; set; }

    /// <summary>Leases that ran out or whose instance left.</summary>
    public long Lost { get; set; }

    /// <summary>Attempts given to a second instance while the first still ran.</summary>
    public long Hedges { get; set; }

    /// <summary>Answers for blocks that were finished already: ignored.</summary>
    public long Late { get; set; }

    /// <summary>Answers that no running attempt asked for, second copies among them: ignored.</summary>
    public long Unknown { get; set; }

    /// <summary>The most summaries that the coordinator held.</summary>
    public int MostHeld { get; set; }

    /// <summary>Adds another pass's.</summary>
    /// <param name="other">Its counts.</param>
    public void Add(PassCounts other)
    {
        Attempts += other.Attempts;
        Faults += other.Faults;
        Lost += other.Lost;
        Hedges += other.Hedges;
        Late += other.Late;
        Unknown += other.Unknown;
        MostHeld = Math.Max(MostHeld, other.MostHeld);
    }
}
