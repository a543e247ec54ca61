using KMeans.SageMaker;
using KMeans.Training;

namespace KMeans.Http.Container;

/// <summary>Logs how far the passes are, a line each tenth.</summary>
/// <param name="log">Where lines go.</param>
internal sealed class ContainerProgress(TrainingLog log) : IProgress<TrainingProgress>
{
    private const int Step = 10;

    private readonly Lock gate = new();
    private int told;

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        if (value.Phase != TrainingPhase.Pass || value.TotalRows <= 0)
        {
            return;
        }

        // The last line is printed when the passes are over: the number of rows may be an estimate.
        Tell((int)Math.Min(100 - Step, value.Rows * 100.0 / value.TotalRows));
    }

    /// <summary>Logs that the passes are over.</summary>
    public void Complete() => Tell(100);

    private void Tell(int percent)
    {
        lock (gate)
        {
            if (percent / Step > told / Step)
            {
                told = percent / Step * Step;
                log.Progress(told);
            }
        }
    }
}
