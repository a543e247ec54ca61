namespace KMeans.Description;

/// <summary>A row near a center.</summary>
/// <param name="SquaredDistance">To the center, in the model's space.</param>
/// <param name="Key">The row's key; decides between rows that are equally near.</param>
/// <param name="Partition">Where the row was read; -1 for a row of the state.</param>
/// <param name="Segment">The part of that partition.</param>
/// <param name="Row">Its position in that part.</param>
/// <param name="Values">Length d, in the model's space.</param>
internal sealed record CandidateRow(double SquaredDistance, long Key, int Partition, int Segment, long Row, float[] Values);

/// <summary>The few rows that are nearest to a center.</summary>
internal sealed class NearestRows
{
    /// <summary>How many are kept.</summary>
    public const int Limit = 3;

    private readonly List<CandidateRow> rows = new(Limit + 1);

    /// <summary>The rows, the nearest first.</summary>
    public IReadOnlyList<CandidateRow> Rows => rows;

    /// <summary>Whether a row at this distance may be one of them.</summary>
    /// <param name="squaredDistance">The row's.</param>
    /// <returns>False where it is farther than all that are kept.</returns>
    public bool Wants(double squaredDistance) => rows.Count < Limit || squaredDistance <= rows[^1].SquaredDistance;

    /// <summary>Offers a row.</summary>
    /// <param name="row">The row.</param>
    public void Offer(CandidateRow row)
    {
        var place = rows.FindIndex(other => row.SquaredDistance < other.SquaredDistance || (row.SquaredDistance == other.SquaredDistance && row.Key < other.Key));
        rows.Insert(place < 0 ? rows.Count : place, row);
        if (rows.Count > Limit)
        {
            rows.RemoveAt(Limit);
        }
    }

    /// <summary>Offers the rows of another one.</summary>
    /// <param name="later">Left as it is.</param>
    public void Merge(NearestRows later) => later.rows.ForEach(Offer);
}
