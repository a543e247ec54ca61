using KMeans.Input;
using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>One pass as instances see it.</summary>
/// <param name="Id">The same for the same job, data and epoch, also after a restart; different for any other pass.</param>
/// <param name="Context">What every partition is given.</param>
/// <param name="Partitions">All of them, in order.</param>
internal sealed record Pass(ulong Id, PassContext Context, IReadOnlyList<Partition> Partitions);
