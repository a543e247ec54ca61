using KMeans.Input;
using KMeans.Input.Parquet;

namespace KMeans.Prediction;

/// <summary>Writes predictions as Parquet, compressed with Snappy: int32 labels and float64 distances, null where a value is missing.</summary>
internal sealed class ParquetPredictionWriter : IPredictionWriter
{
    private const int RowsPerGroup = 1 << 16;

    private readonly ParquetWriter writer;
    private readonly PredictionBatch group;

    /// <summary>Begins a file.</summary>
    /// <param name="stream">Written to; disposed with this.</param>
    /// <param name="kept">The kept columns.</param>
    /// <param name="tellsOutliers">Whether outliers are told.</param>
    public ParquetPredictionWriter(Stream stream, IReadOnlyList<KeptColumn> kept, bool tellsOutliers)
    {
        var columns = kept.Select(ColumnOf)
            .Append(new ParquetWriterColumn(PredictionBatch.LabelName, ParquetWriterType.Whole32, IsOptional: true, UseDictionary: true))
            .Append(new ParquetWriterColumn(PredictionBatch.DistanceName, ParquetWriterType.Real64, IsOptional: true));
        if (tellsOutliers)
        {
            columns = columns.Append(new ParquetWriterColumn(PredictionBatch.OutlierName, ParquetWriterType.Whole32, IsOptional: true, UseDictionary: true));
        }

        writer = new ParquetWriter(stream, columns, compress: true);
        group = new PredictionBatch(RowsPerGroup, kept, tellsOutliers);
    }

    /// <inheritdoc/>
    public void Write(PredictionBatch batch)
    {
        var taken = 0;
        while (taken < batch.Count)
        {
            var count = Math.Min(batch.Count - taken, RowsPerGroup - group.Count);
            Append(batch, taken, count);
            taken += count;
            if (group.Count == RowsPerGroup)
            {
                WriteGroup();
            }
        }
    }

    /// <inheritdoc/>
    public void Finish()
    {
        if (group.Count > 0)
        {
            WriteGroup();
        }

        writer.Finish();
    }

    /// <inheritdoc/>
    public void Dispose() => writer.Dispose();

    /// <summary>How a copied column is written.</summary>
    /// <param name="column">The column.</param>
    /// <returns>Optional; texts with a dictionary.</returns>
    internal static ParquetWriterColumn ColumnOf(KeptColumn column) => new(column.Name, TypeOf(column.Kind), IsOptional: true, UseDictionary: column.Kind == ValueKind.Text);

    /// <summary>The values of a copied column.</summary>
    /// <param name="column">The column.</param>
    /// <returns>A view.</returns>
    internal static ParquetColumnData DataOf(ValueColumn column) => column.Kind switch
    {
        ValueKind.Whole => ParquetColumnData.Of(column.Wholes, column.Missing),
        ValueKind.Real => ParquetColumnData.Of(column.Reals, column.Missing),
        _ => ParquetColumnData.Of(column.Texts, column.Missing),
    };

    private static ParquetWriterType TypeOf(ValueKind kind) => kind switch
    {
        ValueKind.Whole => ParquetWriterType.Whole64,
        ValueKind.Real => ParquetWriterType.Real64,
        _ => ParquetWriterType.Text,
    };

    private void Append(PredictionBatch batch, int start, int count)
    {
        Array.Copy(batch.Labels, start, group.Labels, group.Count, count);
        Array.Copy(batch.Distances, start, group.Distances, group.Count, count);
        Array.Copy(batch.Missing, start, group.Missing, group.Count, count);
        if (group.Outliers is { } outliers)
        {
            Array.Copy(batch.Outliers!, start, outliers, group.Count, count);
        }

        for (var j = 0; j < batch.Kept.Count; j++)
        {
            var (from, to) = (batch.Kept[j], group.Kept[j]);
            Array.Copy(from.Missing, start, to.Missing, group.Count, count);
            Array.Copy(Values(from), start, Values(to), group.Count, count);
        }

        group.Count += count;
    }

    private static Array Values(ValueColumn column) => column.Kind switch
    {
        ValueKind.Whole => column.Wholes,
        ValueKind.Real => column.Reals,
        _ => column.Texts,
    };

    private void WriteGroup()
    {
        writer.WriteRowGroup(group.Count, [.. group.Kept.Select(DataOf), ParquetColumnData.Of(group.Labels, group.Missing), ParquetColumnData.Of(group.Distances, group.Missing), .. group.Outliers is { } outliers ? [ParquetColumnData.Of(outliers, group.Missing)] : Array.Empty<ParquetColumnData>()]);
        group.Count = 0;
    }
}
