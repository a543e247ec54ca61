using System.Text.Json;
using KMeans.Coordination;
using KMeans.Output;

namespace KMeans.Client.Commands;

/// <summary>Writes a training's ledger: one JSON object a partition, one a line, in order.</summary>
internal static class LedgerFile
{
    /// <summary>Writes it under a hidden name; committing gives it its own.</summary>
    /// <param name="path">The file to be.</param>
    /// <param name="entries">One a partition.</param>
    /// <param name="overwrite">Whether a file of that name may be replaced.</param>
    /// <returns>The whole file, to be committed or disposed.</returns>
    /// <exception cref="InputException">It cannot be written there.</exception>
    public static StagedFile Prepare(string path, IReadOnlyList<LedgerEntry> entries, bool overwrite)
    {
        var file = new StagedFile(path, overwrite);
        try
        {
            using (var writer = new Utf8JsonWriter(file.Stream))
            {
                foreach (var entry in entries)
                {
                    Write(writer, entry);
                    writer.Flush();
                    file.Stream.WriteByte((byte)'\n');
                    writer.Reset();
                }
            }

            file.Stream.Flush();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void Write(Utf8JsonWriter writer, LedgerEntry entry)
    {
        writer.WriteStartObject();
        writer.WriteNumber("partition", entry.Partition);
        writer.WriteNumber("rows", entry.Rows);
        writer.WriteNumber("skippedRows", entry.SkippedRows);
        writer.WriteNumber("bytes", entry.Bytes);

        // A text: most readers of JSON keep only 53 bits of a number.
        writer.WriteString("hash", $"{entry.Hash:x16}");
        writer.WriteString("instance", entry.Instance);
        writer.WriteString("backend", entry.Backend);
        writer.WriteNumber("attempts", entry.Attempts);
        writer.WriteNumber("seconds", entry.Seconds);
        writer.WriteEndObject();
    }
}
