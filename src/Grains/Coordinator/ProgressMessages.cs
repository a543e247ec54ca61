using KMeans.Training;

namespace KMeans.Grains;

/// <summary>Makes messages of a training's progress.</summary>
internal static class ProgressMessages
{
    /// <summary>Makes a message.</summary>
    /// <param name="progress">What Core reports.</param>
    /// <returns>The same for the wire.</returns>
    public static JobProgress Of(TrainingProgress progress) => new()
    {
        Phase = (int)progress.Phase,
        Rows = progress.Rows,
        TotalRows = progress.TotalRows,
        Msd = progress.Msd,
        Centers = progress.Centers,
        Placement = progress.Placement is { } placement ? Of(placement) : null,
    };

    private static JobPlacement Of(PassPlacement placement) => new()
    {
        Epoch = placement.Epoch,
        Partitions = placement.Partitions,
        Instances = [.. placement.Instances.Select(each => new JobInstance { Name = each.Name, Threads = each.Threads, Out = each.Out, Back = each.Back, Lost = each.Lost })],
        Cells = [.. placement.Cells],
    };
}
