namespace KMeans.Training;

/// <summary>An instance and the partitions that it was given in a pass.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Threads">Its threads; 0 where it did its part before the training went on from a checkpoint.</param>
/// <param name="Out">Partitions that it has now: those it computes and those that wait there.</param>
/// <param name="Back">Partitions whose result is counted and came from it.</param>
/// <param name="Lost">Times that a block was lost with it: it failed, or its time ran out.</param>
public sealed record InstancePlacement(string Name, int Threads, int Out, int Back, int Lost);

/// <summary>Where the partitions of a pass are, for people who watch: which wait, which are out at which instance, and which came back.</summary>
public sealed record PassPlacement
{
    /// <summary>The most cells: as many as a map in a window shows.</summary>
    public const int MostCells = 256;

    /// <summary>The most instances that are told apart; those that join later share the last entry.</summary>
    public const int MostInstances = 64;

    /// <summary>The pass, from 0.</summary>
    public required int Epoch { get; init; }

    /// <summary>P, the partitions of the pass.</summary>
    public required int Partitions { get; init; }

    /// <summary>The instances, in the order in which they were first given something.</summary>
    public required IReadOnlyList<InstancePlacement> Instances { get; init; }

    /// <summary>
    /// The partitions in order, in C = min(P, 256) cells: cell c covers the partitions [c·P/C, (c+1)·P/C). 0: some of them wait and none is out; i + 1: all came back, the last of them from instance i;
    /// -(i + 1): some are out, the last of them at instance i.
    /// </summary>
    public required IReadOnlyList<int> Cells { get; init; }
}
