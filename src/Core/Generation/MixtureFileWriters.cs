using KMeans.Input.Parquet;
using KMeans.Models;

namespace KMeans.Generation;

/// <summary>Takes the blocks of one file in order.</summary>
internal interface IMixtureFileWriter : IDisposable
{
    /// <summary>Writes the next rows.</summary>
    /// <param name="block">In.</param>
    void Write(MixtureBlock block);

    /// <summary>Ends the file.</summary>
    void Finish();
}

/// <summary>Writes generated rows as Parquet: float32 columns c0, c1, ..., a row group a block, so that a reader of all columns needs one block's memory.</summary>
/// <param name="stream">Written to; disposed with this.</param>
/// <param name="featureCount">d.</param>
internal sealed class ParquetMixtureWriter(Stream stream, int featureCount) : IMixtureFileWriter
{
    private readonly ParquetWriter writer = new(stream, Enumerable.Range(0, featureCount).Select(f => new ParquetWriterColumn($"c{f}", ParquetWriterType.Real32)));

    /// <inheritdoc/>
    public void Write(MixtureBlock block) => writer.WriteRowGroup(block.Count, [.. block.Columns.Select(column => ParquetColumnData.Of(column))]);

    /// <inheritdoc/>
    public void Finish() => writer.Finish();

    /// <inheritdoc/>
    public void Dispose() => writer.Dispose();
}

/// <summary>Writes generated rows as a NumPy array of float32, shape (n, d).</summary>
/// <param name="stream">Written to; seekable, disposed with this.</param>
/// <param name="featureCount">d.</param>
internal sealed class NpyMixtureWriter(Stream stream, int featureCount) : IMixtureFileWriter
{
    private readonly NpyWriter<float> writer = new(stream, featureCount);

    /// <inheritdoc/>
    public void Write(MixtureBlock block) => writer.Append(block.Rows.AsSpan(0, block.Count * featureCount));

    /// <inheritdoc/>
    public void Finish()
    {
        writer.Complete();
        stream.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
