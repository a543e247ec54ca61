using System.Runtime.InteropServices;

namespace KMeans.Input.RecordIO;

/// <summary>Turns the records of a range into rows of elements: by the template where it fits, else by the parser. Not thread-safe.</summary>
internal sealed class RecordDecoder : IDisposable
{
    private readonly RecordIOFile file;
    private readonly RecordParser parser = new();

    /// <summary>Stands before the first record of a range.</summary>
    /// <param name="file">The file.</param>
    /// <param name="range">Records within it.</param>
    public RecordDecoder(RecordIOFile file, FileRange range)
    {
        this.file = file;
        Cursor = new RecordCursor(file.Source, file.Index, range);
    }

    /// <summary>Where the decoder stands.</summary>
    public RecordCursor Cursor { get; }

    /// <summary>Reads the next record; the range is not at its end.</summary>
    /// <param name="isTemplate">Out: whether the elements are stored as in the template, else they are doubles.</param>
    /// <returns>The row's elements, as many as the file has columns; valid until the next call.</returns>
    /// <exception cref="InputException">The record is damaged or of another width.</exception>
    public ReadOnlySpan<byte> Read(out bool isTemplate)
    {
        var payload = Cursor.ReadPayload();
        isTemplate = false;
        if (file.Template is { } template && template.TryMatch(payload, out var values))
        {
            isTemplate = true;
            return values;
        }

        if (parser.Parse(payload) is { } problem)
        {
            throw new InputException($"{file.Path}: record {Cursor.Next} {problem}");
        }

        return parser.Width == file.Columns.Count
            ? MemoryMarshal.AsBytes(parser.Row)
            : throw new InputException($"{file.Path}: record {Cursor.Next} has {parser.Width} values, the first record has {file.Columns.Count}; all rows must be equally wide.");
    }

    /// <inheritdoc/>
    public void Dispose() => Cursor.Dispose();
}
