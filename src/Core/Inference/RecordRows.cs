using System.Buffers;
using System.Runtime.InteropServices;
using KMeans.Input.Elements;
using KMeans.Input.RecordIO;

namespace KMeans.Inference;

/// <summary>Reads recordIO-wrapped protobuf records. What the first record looks like is remembered: others like it need no parsing.</summary>
/// <remarks>A record's uid and metadata are kept for the answer, which repeats them as the reference product's does.</remarks>
/// <param name="sink">Where rows go.</param>
internal sealed class RecordRows(RowSink sink)
{
    private const int Uid = 3;
    private const int Metadata = 4;

    private readonly RecordParser parser = new(sink.FeatureCount);
    private readonly ArrayBufferWriter<byte> repeated = new();
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

        var repeats = KeepRepeated(payload);
        if (isFirst)
        {
            template = repeats ? null : RecordTemplate.Create(payload, parser);
        }

        sink.Add(MemoryMarshal.AsBytes(parser.Row), ElementType.Float64);
    }

    /// <summary>Keeps the fields that the answer repeats.</summary>
    /// <returns>Whether there are any.</returns>
    private bool KeepRepeated(ReadOnlySpan<byte> payload)
    {
        repeated.ResetWrittenCount();
        var reader = new ProtobufReader(payload);
        for (var start = 0; reader.Next(); start = payload.Length - reader.RemainingLength)
        {
            if (reader.Field is Uid or Metadata)
            {
                repeated.Write(payload[start..(payload.Length - reader.RemainingLength)]);
            }
        }

        if (repeated.WrittenCount > 0)
        {
            sink.Note(repeated.WrittenSpan);
        }

        return repeated.WrittenCount > 0;
    }

    private InputException Wrong(string problem) => new($"row {sink.NextRow} {problem}");
}
