using KMeans.Input;
using KMeans.Kernels;
using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>What an instance needs to make a pass's context of its own: with it every partition's summary has the same bits wherever it is made.</summary>
internal sealed class PassSpec
{
    private readonly Lazy<ulong> key;

    /// <summary>Creates an empty description, to be filled.</summary>
    public PassSpec() => key = new Lazy<ulong>(() => PassSpecCodec.Write(Stream.Null, this));

    /// <summary>The pass's own id: see <see cref="Pass.Id"/>.</summary>
    public required ulong PassId { get; init; }

    /// <summary>The rows.</summary>
    public required InputSpec Input { get; init; }

    /// <summary>What readers do to each value.</summary>
    public required ColumnTransform Transform { get; init; }

    /// <summary>What happens to missing values.</summary>
    public required MissingPolicy Missing { get; init; }

    /// <summary>Length d: what a missing value becomes under <see cref="MissingPolicy.Mean"/>.</summary>
    public required float[] Fill { get; init; }

    /// <summary>The running centers at the start of the pass.</summary>
    public required RunningCenters Broadcast { get; init; }

    /// <summary>The user's seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Is added to every row's key.</summary>
    public required long FirstKey { get; init; }

    /// <summary>The pass, 0-based.</summary>
    public required int Epoch { get; init; }

    /// <summary>Rows between two updates.</summary>
    public required int MiniBatchSize { get; init; }

    /// <summary>Rows before the first update.</summary>
    public required int FirstMiniBatchSize { get; init; }

    /// <summary>In rows; 0 for no decay.</summary>
    public required long HalfLife { get; init; }

    /// <summary>When a row opens a center.</summary>
    public required OpeningRule Opening { get; init; }

    /// <summary>Whether the summary is the rows themselves.</summary>
    public required bool KeepsAllRows { get; init; }

    /// <summary>Which rows are kept as a sample.</summary>
    public required RetentionRule Retention { get; init; }

    /// <summary>A hash of all of it: passes that differ in anything that decides a summary's bits have different keys. O(K d) once.</summary>
    public ulong Key => key.Value;

    /// <summary>Describes a pass.</summary>
    /// <param name="passId">The pass's own id.</param>
    /// <param name="context">What its partitions are given.</param>
    /// <param name="input">The rows as instances open them.</param>
    /// <returns>The description; shares the context's arrays.</returns>
    public static PassSpec Of(ulong passId, PassContext context, InputSpec input) => new()
    {
        PassId = passId,
        Input = input,
        Transform = context.Transform,
        Missing = context.Missing,
        Fill = context.Fill,
        Broadcast = context.Broadcast,
        Seed = context.Seed,
        FirstKey = context.FirstKey,
        Epoch = context.Epoch,
        MiniBatchSize = context.MiniBatchSize,
        FirstMiniBatchSize = context.FirstMiniBatchSize,
        HalfLife = context.HalfLife,
        Opening = context.Opening,
        KeepsAllRows = context.KeepsAllRows,
        Retention = context.Retention,
    };

    /// <summary>Makes what partitions are given.</summary>
    /// <param name="input">The rows, as opened here.</param>
    /// <param name="kernel">The kernel of this machine.</param>
    /// <param name="tileValues">As memory here allows.</param>
    /// <returns>The context; shares this description's arrays.</returns>
    public PassContext ToContext(InputSet input, IAssignmentKernel kernel, int tileValues) => new()
    {
        Input = input,
        Transform = Transform,
        Missing = Missing,
        Fill = Fill,
        Broadcast = Broadcast,
        Kernel = kernel,
        Seed = Seed,
        FirstKey = FirstKey,
        Epoch = Epoch,
        MiniBatchSize = MiniBatchSize,
        FirstMiniBatchSize = FirstMiniBatchSize,
        HalfLife = HalfLife,
        Opening = Opening,
        KeepsAllRows = KeepsAllRows,
        Retention = Retention,
        TileValues = tileValues,
        Pool = new SummaryPool(Broadcast, Retention),
    };
}
