namespace KMeans.Coordination;

/// <summary>Adds up what threads report of a block until it is sent on. Thread-safe.</summary>
internal sealed class BlockMeter
{
    private readonly Lock gate = new();
    private long rows;
    private double squaredDistances;

    /// <summary>Adds.</summary>
    /// <param name="count">Rows done.</param>
    /// <param name="cost">Their weighted squared distances.</param>
    public void Advance(int count, double cost)
    {
        lock (gate)
        {
            rows += count;
            squaredDistances += cost;
        }
    }

    /// <summary>Takes what came since it was taken before.</summary>
    /// <returns>The sums.</returns>
    public (long Rows, double SquaredDistances) Take()
    {
        lock (gate)
        {
            var taken = (rows, squaredDistances);
            (rows, squaredDistances) = (0, 0);
            return taken;
        }
    }
}
