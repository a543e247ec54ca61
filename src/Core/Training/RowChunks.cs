using System.Numerics;
using System.Runtime.CompilerServices;

namespace KMeans.Training;

/// <summary>Kept rows with what is known of each, in small chunks that move from one list to another without a copy.</summary>
/// <remarks>
/// A pass merges its samples in a tree. In arrays that grow every merge would leave the smaller array behind: large objects, between which the heap falls apart, so that memory would
/// depend on how long the pass was. All chunks that hold rows but the last of them are full. They lie where the collector does not move them: of one size, they leave no gaps that
/// cannot be filled, and every collection of a pass would otherwise copy what was kept since the last one.
/// </remarks>
internal sealed class RowChunks
{
    /// <summary>Small enough to be no large object, large enough that an array's header does not count.</summary>
    private const int ChunkBytes = 16 << 10;

    /// <summary>Of rows in one piece: every index lies in the first chunk.</summary>
    private const int OnePiece = 31;

    private readonly int featureCount;
    private readonly int shift;
    private readonly List<Chunk> chunks = [];

    /// <summary>Creates an empty list.</summary>
    /// <param name="featureCount">d.</param>
    public RowChunks(int featureCount)
    {
        this.featureCount = featureCount;
        shift = BitOperations.Log2((uint)Math.Max(1, ChunkBytes / (Unsafe.SizeOf<KeptRow>() + ((long)featureCount * sizeof(float)))));
    }

    private RowChunks(int featureCount, Chunk whole)
    {
        this.featureCount = featureCount;
        shift = OnePiece;
        chunks = [whole];
        Count = whole.Entries.Length;
    }

    /// <summary>Rows.</summary>
    public int Count { get; private set; }

    private int Mask => (int)((1u << shift) - 1);

    /// <summary>What is known of a row.</summary>
    /// <param name="index">0 to Count - 1.</param>
    public ref KeptRow this[int index] => ref chunks[index >> shift].Entries[index & Mask];

    /// <summary>Rows that lie in one piece: nothing can be added to them.</summary>
    /// <param name="entries">Length n.</param>
    /// <param name="values">Row-major (n, d); not copied.</param>
    /// <param name="featureCount">d.</param>
    /// <returns>Over both arrays.</returns>
    public static RowChunks Over(KeptRow[] entries, float[] values, int featureCount) => new(featureCount, new Chunk(entries, values));

    /// <summary>A row's values.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <returns>Length d.</returns>
    public Span<float> Row(int index) => chunks[index >> shift].Values.AsSpan((index & Mask) * featureCount, featureCount);

    /// <summary>All rows as one array, where they lie in one piece.</summary>
    /// <returns>Row-major (n, d), or null.</returns>
    public float[]? Whole() => shift == OnePiece ? chunks[0].Values : null;

    /// <summary>Adds a row at the end.</summary>
    /// <param name="entry">What is known of it.</param>
    /// <param name="row">Length d.</param>
    public void Add(KeptRow entry, ReadOnlySpan<float> row)
    {
        if (shift == OnePiece)
        {
            throw new InvalidOperationException("A sealed sample takes no rows.");
        }

        if (Count == chunks.Count << shift)
        {
            var rows = 1 << shift;
            chunks.Add(new Chunk(new KeptRow[rows], GC.AllocateUninitializedArray<float>(rows * featureCount, pinned: true)));
        }

        this[Count++] = entry;
        row.CopyTo(Row(Count - 1));
    }

    /// <summary>Takes all rows of another list, which is empty afterwards. Moves chunks, copies less than one.</summary>
    /// <param name="other">With the same number of features, and not in one piece.</param>
    public void Take(RowChunks other)
    {
        // The one chunk here that is partly full has to stay behind the full ones.
        var full = Count >> shift;
        var moved = other.Count >> shift;
        chunks.InsertRange(full, other.chunks.GetRange(0, moved));
        Count += moved << shift;
        for (var i = moved << shift; i < other.Count; i++)
        {
            Add(other[i], other.Row(i));
        }

        other.chunks.RemoveRange(0, moved);
        other.Clear();
    }

    /// <summary>Drops the rows whose priority is not below a threshold; the order of the others changes. O(n d).</summary>
    /// <param name="threshold">Compared with <see cref="KeptRow.Priority"/>.</param>
    public void DropFrom(double threshold)
    {
        var kept = Count;
        for (var i = 0; i < kept;)
        {
            if (this[i].Priority < threshold)
            {
                i++;
            }
            else if (i < --kept)
            {
                this[i] = this[kept];
                Row(kept).CopyTo(Row(i));
            }
        }

        Count = kept;
    }

    /// <summary>Drops all rows and keeps the memory that is left.</summary>
    public void Clear() => Count = 0;

    private sealed record Chunk(KeptRow[] Entries, float[] Values);
}

/// <summary>What a sample knows of a row that it keeps.</summary>
/// <param name="Key">The row's key.</param>
/// <param name="Priority">u / s.</param>
/// <param name="Sensitivity">s.</param>
/// <param name="Weight">The row's own.</param>
/// <param name="Label">The center of the same summary that it was assigned to.</param>
internal readonly record struct KeptRow(long Key, double Priority, double Sensitivity, double Weight, int Label);
