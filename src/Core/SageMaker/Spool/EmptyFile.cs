using KMeans.Input.Parquet;

namespace KMeans.SageMaker;

/// <summary>A file without rows: what a host takes part with that has no files of its own.</summary>
internal static class EmptyFile
{
    /// <summary>Writes it.</summary>
    /// <param name="path">Must not exist.</param>
    /// <param name="content">Of which kind.</param>
    public static void Write(string path, ChannelContent content)
    {
        var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        if (content.Format.Format != "parquet")
        {
            stream.Dispose();
            return;
        }

        using var writer = new ParquetWriter(stream, [new ParquetWriterColumn("none", ParquetWriterType.Real32)]);
        writer.Finish();
    }
}
