using System.Diagnostics.CodeAnalysis;
using KMeans.Input;
using KMeans.Kernels;

namespace KMeans.Training;

/// <summary>What every partition of one pass is given: with the partition and the seed it decides the partition's summary to the last bit.</summary>
internal sealed record PassContext : PassRules
{
    /// <summary>Creates an empty one, to be filled.</summary>
    public PassContext()
    {
    }

    /// <summary>Follows rules that came from elsewhere.</summary>
    /// <param name="rules">The rules; their arrays are shared.</param>
    /// <param name="input">The rows, as opened here.</param>
    /// <param name="kernel">The kernel of this machine.</param>
    /// <param name="tileValues">As memory here allows.</param>
    [SetsRequiredMembers]
    public PassContext(PassRules rules, InputSet input, IAssignmentKernel kernel, int tileValues)
        : base(rules)
    {
        Input = input;
        Kernel = kernel;
        TileValues = tileValues;
        Pool = new SummaryPool(Broadcast, Retention);
    }

    /// <summary>The rows.</summary>
    public required InputSet Input { get; init; }

    /// <summary>The kernel.</summary>
    public required IAssignmentKernel Kernel { get; init; }

    /// <summary>Values of rows that are read, assigned and added up together. Never changes the result.</summary>
    public required int TileValues { get; init; }

    /// <summary>Where summaries take their memory from.</summary>
    public required SummaryPool Pool { get; init; }
}
