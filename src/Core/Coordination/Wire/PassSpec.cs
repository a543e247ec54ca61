using System.Diagnostics.CodeAnalysis;
using KMeans.Input;
using KMeans.Kernels;
using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>What an instance needs to make a pass's context of its own: with it every partition's summary has the same bits wherever it is made.</summary>
internal sealed record PassSpec : PassRules
{
    private readonly Lazy<ulong> key;

    /// <summary>Creates an empty description, to be filled.</summary>
    public PassSpec() => key = NewKey();

    /// <summary>Describes a pass.</summary>
    /// <param name="passId">The pass's own id.</param>
    /// <param name="rules">What its partitions follow; its arrays are shared.</param>
    /// <param name="input">The rows as instances open them.</param>
    [SetsRequiredMembers]
    public PassSpec(ulong passId, PassRules rules, InputSpec input)
        : base(rules)
    {
        PassId = passId;
        Input = input;
        key = NewKey();
    }

    /// <summary>A copy that is about to differ has another key.</summary>
    [SetsRequiredMembers]
    private PassSpec(PassSpec other)
        : base(other)
    {
        PassId = other.PassId;
        Input = other.Input;
        key = NewKey();
    }

    /// <summary>The pass's own id: see <see cref="Pass.Id"/>.</summary>
    public required ulong PassId { get; init; }

    /// <summary>The rows.</summary>
    public required InputSpec Input { get; init; }

    /// <summary>A hash of all of it: passes that differ in anything that decides a summary's bits have different keys. O(K d) once.</summary>
    public ulong Key => key.Value;

    /// <summary>Makes what partitions are given.</summary>
    /// <param name="input">The rows, as opened here.</param>
    /// <param name="kernel">The kernel of this machine.</param>
    /// <param name="tileValues">As memory here allows.</param>
    /// <returns>The context; shares this description's arrays.</returns>
    public PassContext ToContext(InputSet input, IAssignmentKernel kernel, int tileValues) => new(this, input, kernel, tileValues);

    private Lazy<ulong> NewKey() => new(() => PassSpecCodec.Write(Stream.Null, this));
}
