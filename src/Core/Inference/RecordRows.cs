using System.Runtime.InteropServices;
using KMeans.Input.Elements;
using KMeans.Input.RecordIO;

namespace KMeans.Inference;

/// <summary>Reads recordIO-wrapped protobuf records. What the first record looks like is remembered: others like it need no parsing.</summary>
/// <param name="sink">Where rows go.</param>
internal sealed class RecordRows(RowSink sink)
{
    private readonly RecordParser parser = new(sink.FeatureCount);
    private RecordTemplate? template;

    /// <summary>Reads a body. O(bytes + rows d).</summary>
    /// <param name="body">Whole records.</param>
    /// <exception cref="InputException">A record is damaged or no row of the model; the message names it.</exception>
    public void Read(ReadOnlySpan<byte> body)
    {
        for (var offset = 0; offset < body.Length;)
        {
            var rest = body[offset..];
            if (RecordHeader.Parse(rest[..Math.Min(RecordHeader.Length, rest.Length)], offset, body.Length, out var length) is { } problem)
            {
                throw Wrong(problem);
            }

            ReadPayload(rest.Slice(RecordHeader.Length, length), offset == 0);
            offset += (int)RecordHeader.PaddedLength(length);
        }
    }

    private void ReadPayload(ReadOnlySpan<byte> payload, bool isFirst)
    {
        if (template is not null && template.TryMatch(payload, out var values))
        {
            sink.Add(values, template.Type);
            return;
        }

        if (parser.Parse(payload) is { } problem)
        {
            throw Wrong(problem);
        }

        if (isFirst)
        {
            template = RecordTemplate.Create(payload, parser);
        }

        sink.Add(MemoryMarshal.AsBytes(parser.Row), ElementType.Float64);
    }

    private InputException Wrong(string problem) => new($"row {sink.NextRow} {problem}");
}
