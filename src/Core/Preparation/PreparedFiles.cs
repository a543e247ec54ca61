using KMeans.Input;
using KMeans.Input.Parquet;
using KMeans.Output;
using KMeans.Prediction;

namespace KMeans.Preparation;

/// <summary>Writes prepared rows as Parquet, compressed with Snappy, with the recipe in the footer: one file, or one for training and one for testing.</summary>
/// <remarks>Numbers are float64, so that nothing is rounded; categories are float32, 0 or 1.</remarks>
internal sealed class PreparedFiles : IPreparedSink, IDisposable
{
    private readonly RecipeProgram program;
    private readonly List<Part> parts = [];
    private readonly double[] features;

    /// <summary>Begins the files.</summary>
    /// <param name="program">The recipe, complete.</param>
    /// <param name="kept">The copied columns.</param>
    /// <param name="output">Their names.</param>
    public PreparedFiles(RecipeProgram program, IReadOnlyList<KeptColumn> kept, PreparedOutput output)
    {
        this.program = program;
        features = new double[program.FeatureCount];
        try
        {
            parts.Add(new Part(program, kept, output.Path, output.Overwrite));
            if (output.TestPath is { } test)
            {
                parts.Add(new Part(program, kept, test, output.Overwrite));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Rows written.</summary>
    public long Rows => parts.Sum(part => part.Rows);

    /// <summary>Rows set apart.</summary>
    public long TestRows => parts.Count > 1 ? parts[1].Rows : 0;

    /// <inheritdoc/>
    public void Write(PreparedRows rows)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            program.Expand(rows.CellsOf(i), features);
            parts[rows.IsTest[i] ? 1 : 0].Add(features, rows.Kept, i);
        }
    }

    /// <summary>Ends the files and gives them their names, the one for testing first.</summary>
    public void Commit()
    {
        parts.ForEach(part => part.Finish());
        foreach (var part in Enumerable.Reverse(parts))
        {
            part.Commit();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => parts.ForEach(part => part.Dispose());

    /// <summary>One file and its row group on the way.</summary>
    private sealed class Part : IDisposable
    {
        private readonly StagedFile file;
        private readonly ParquetWriter writer;
        private readonly int capacity;
        private readonly bool[] indicators;
        private readonly Array[] columns;
        private readonly bool[][] missing;
        private readonly ValueColumn[] kept;
        private int count;

        public Part(RecipeProgram program, IReadOnlyList<KeptColumn> keptColumns, string path, bool overwrite)
        {
            capacity = PartitionPlan.RowsPerPartition(program.FeatureCount + keptColumns.Count);
            indicators = [.. program.AreIndicators()];
            columns = [.. indicators.Select(isIndicator => isIndicator ? (Array)new float[capacity] : new double[capacity])];
            missing = [.. indicators.Select(isIndicator => isIndicator ? [] : new bool[capacity])];
            kept = [.. keptColumns.Select(column => new ValueColumn(column.Kind, capacity))];
            var canLack = program.Recipe.Missing == RecipeWords.Keep;
            var written = program.Recipe.FeatureNames()
                .Select((name, f) => new ParquetWriterColumn(name, indicators[f] ? ParquetWriterType.Real32 : ParquetWriterType.Real64, IsOptional: canLack && !indicators[f]))
                .Concat(keptColumns.Select(column => ParquetPredictionWriter.ColumnOf(column)));
            file = new StagedFile(path, overwrite);
            writer = new ParquetWriter(file.Stream, written, compress: true, [new(RecipeText.MetadataKey, RecipeText.Write(program.Recipe))]);
        }

        public long Rows { get; private set; }

        public void Add(double[] features, IReadOnlyList<ValueColumn> values, int row)
        {
            for (var f = 0; f < features.Length; f++)
            {
                if (indicators[f])
                {
                    ((float[])columns[f])[count] = (float)features[f];
                }
                else
                {
                    ((double[])columns[f])[count] = features[f];
                    missing[f][count] = double.IsNaN(features[f]);
                }
            }

            for (var j = 0; j < kept.Length; j++)
            {
                kept[j].CopyFrom(values[j], row, count);
            }

            count++;
            Rows++;
            if (count == capacity)
            {
                WriteGroup();
            }
        }

        public void Finish()
        {
            if (count > 0)
            {
                WriteGroup();
            }

            writer.Finish();
        }

        public void Commit() => file.Commit();

        public void Dispose()
        {
            writer.Dispose();
            file.Dispose();
        }

        private void WriteGroup()
        {
            var data = columns.Select((column, f) => indicators[f] ? ParquetColumnData.Of((float[])column) : ParquetColumnData.Of((double[])column, missing[f]));
            writer.WriteRowGroup(count, [.. data, .. kept.Select(ParquetPredictionWriter.DataOf)]);
            count = 0;
        }
    }
}
