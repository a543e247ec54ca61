using KMeans.Input;
using KMeans.Input.Elements;
using KMeans.Kernels;
using KMeans.Models;

namespace KMeans.Inference;

/// <summary>Takes the rows of a request as they are decoded, transforms them as the model says, and assigns a tile of them at a time. Buffers are reused; not thread-safe.</summary>
internal sealed class RowSink
{
    /// <summary>Values of a tile: half a megabyte stays in the second-level cache from the decoder to the kernel.</summary>
    private const int TileValues = 1 << 17;

    private const int MostTileRows = 4096;

    private readonly TrainedModel model;
    private readonly PackedCenters packed;
    private readonly IAssignmentKernel kernel;
    private readonly KernelWorkspace workspace;
    private readonly ElementRowWriter singles;
    private readonly ElementRowWriter doubles;
    private readonly float[] samples;
    private readonly int capacity;
    private Predictions? target;
    private long rowsBefore;
    private int count;

    /// <summary>Creates a sink.</summary>
    /// <param name="model">The model.</param>
    /// <param name="kernel">What assigns.</param>
    /// <param name="packed">The model's centers, packed by it.</param>
    public RowSink(TrainedModel model, IAssignmentKernel kernel, PackedCenters packed)
    {
        this.model = model;
        this.kernel = kernel;
        this.packed = packed;
        var d = model.FeatureCount;
        capacity = Math.Clamp(TileValues / d, 1, MostTileRows);
        samples = GC.AllocateUninitializedArray<float>(capacity * d);
        workspace = kernel.CreateWorkspace();
        var selection = new ColumnSelection([.. Enumerable.Range(0, d)]);
        singles = new ElementRowWriter(ElementType.Float32, d, selection, model.Transform);
        doubles = new ElementRowWriter(ElementType.Float64, d, selection, model.Transform);
    }

    /// <summary>d.</summary>
    public int FeatureCount => model.FeatureCount;

    /// <summary>The row that comes next, counted from 1, for messages.</summary>
    public long NextRow => rowsBefore + NextIndex + 1;

    private int NextIndex => (target?.Count ?? 0) + count;

    /// <summary>Begins a request.</summary>
    /// <param name="predictions">Where the results go.</param>
    /// <param name="firstRow">Rows that came before in other requests: messages count on from there.</param>
    public void Begin(Predictions predictions, long firstRow)
    {
        target = predictions;
        rowsBefore = firstRow;
        count = 0;
    }

    /// <summary>Keeps bytes of the row that comes next, for its answer.</summary>
    /// <param name="note">Any bytes.</param>
    public void Note(ReadOnlySpan<byte> note) => target?.Note(NextIndex, note);

    /// <summary>Takes a row.</summary>
    /// <param name="elements">All d values as they are stored.</param>
    /// <param name="type"><see cref="ElementType.Float32"/> or <see cref="ElementType.Float64"/>.</param>
    /// <exception cref="InputException">A value of this tile is not finite.</exception>
    public void Add(ReadOnlySpan<byte> elements, ElementType type)
    {
        var d = FeatureCount;
        (type == ElementType.Float32 ? singles : doubles).Write(elements, samples.AsSpan(count * d, d));
        if (++count == capacity)
        {
            Flush();
        }
    }

    /// <summary>Assigns what has been taken.</summary>
    /// <exception cref="InputException">A value is not finite.</exception>
    public void Flush()
    {
        if (count == 0 || target is null)
        {
            return;
        }

        var rows = samples.AsSpan(0, count * FeatureCount);
        if (!MissingValues.AllFinite(rows))
        {
            throw NotFinite(rows);
        }

        target.Add(count, out var labels, out var distances);
        kernel.Assign(rows, count, packed, labels, distances, workspace);
        for (var i = 0; i < distances.Length; i++)
        {
            distances[i] = Math.Sqrt(distances[i]);
        }

        count = 0;
    }

    private InputException NotFinite(ReadOnlySpan<float> rows)
    {
        var value = MissingValues.IndexIn(rows);
        var (row, feature) = (value / FeatureCount, value % FeatureCount);
        return new InputException(
            $"row {rowsBefore + target!.Count + row + 1}, value {feature + 1} ({model.FeatureNames[feature]}): is missing, not finite or beyond float32; send a number for every feature.");
    }
}
