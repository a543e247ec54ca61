using System.Numerics;

namespace KMeans.Input.ParquetNet;

/// <summary>Reads rows as features. Nothing is allocated once the largest row group has been seen, except by Parquet.Net, per page.</summary>
internal sealed class ParquetNetRowReader : IRowReader
{
    private readonly RowGroupCursor cursor;
    private readonly ColumnTransform transform;
    private readonly int featureColumns;

    /// <summary>Reads from a cursor, which it owns.</summary>
    /// <param name="cursor">Over the feature columns, then the weight column if there is one.</param>
    /// <param name="weighted">Whether the cursor's last column holds the weights.</param>
    /// <param name="transform">Length d.</param>
    public ParquetNetRowReader(RowGroupCursor cursor, bool weighted, ColumnTransform transform)
    {
        this.cursor = cursor;
        this.transform = transform;
        featureColumns = cursor.Leaves.Length - (weighted ? 1 : 0);
    }

    /// <inheritdoc/>
    public int Read<T>(RowBatch<T> batch, int maxRows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var room = Math.Min(maxRows, batch.Free);
        var appended = 0;
        while (appended < room)
        {
            var rows = cursor.Ready(room - appended);
            if (rows == 0)
            {
                break;
            }

            Append(batch, rows);
            cursor.Advance(rows);
            batch.Count += rows;
            appended += rows;
        }

        return appended;
    }

    /// <inheritdoc/>
    public long Skip(long rows) => cursor.Advance(rows);

    /// <inheritdoc/>
    public void Dispose() => cursor.Dispose();

    private void Append<T>(RowBatch<T> batch, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var feature = 0;
        for (var i = 0; i < featureColumns; i++)
        {
            var width = cursor.Leaves[i].Column.Width;
            for (var row = 0; row < rows; row++)
            {
                var from = (cursor.RowInGroup + row) * width;
                var to = ((batch.Count + row) * batch.FeatureCount) + feature;
                for (var j = 0; j < width; j++)
                {
                    batch.Samples[to + j] = T.CreateTruncating(Transformed(i, from + j, feature + j));
                }
            }

            feature += width;
        }

        for (var row = 0; row < rows; row++)
        {
            batch.Rows[batch.Count + row] = cursor.Row + row;
            if (batch.SampleWeights is { } weights && featureColumns < cursor.Leaves.Length)
            {
                weights[batch.Count + row] = Raw(featureColumns, cursor.RowInGroup + row);
            }
        }
    }

    private double Transformed(int column, int slot, int feature)
    {
        var values = cursor.Columns[column];
        if (values.Missing[slot])
        {
            return double.NaN;
        }

        return cursor.Leaves[column].Kind == ValueKind.Whole
            ? transform.Apply(values.Wholes[slot], feature)
            : transform.Apply(values.Reals[slot], feature);
    }

    private double Raw(int column, int slot)
    {
        var values = cursor.Columns[column];
        return values.Missing[slot] ? double.NaN : cursor.Leaves[column].Kind == ValueKind.Whole ? values.Wholes[slot] : values.Reals[slot];
    }
}
