using System.Runtime.InteropServices;
using System.Text.Json;
using KMeans.Input.Elements;
using KMeans.Input.RecordIO;

namespace KMeans.Inference;

/// <summary>Reads rows of JSON, all in one object or one object a line.</summary>
/// <remarks>
/// A body of JSON is {"instances": [row, ...]}. A row is {"features": f} or {"data": {"features": f}}, where f is an array of numbers or a tensor
/// {"values": [...], "keys": [...], "shape": [d]}, sparse where it has keys. Other members are passed over, such as "configuration".
/// </remarks>
/// <param name="sink">Where rows go.</param>
internal sealed class JsonRows(RowSink sink)
{
    private const string Forms = "{\"features\": [...]} or {\"data\": {\"features\": {\"values\": [...]}}}";
    private readonly Tensor tensor = new(sink.FeatureCount);

    /// <summary>Reads one object with all rows. O(bytes + rows d).</summary>
    /// <param name="body">UTF-8 text.</param>
    /// <exception cref="InputException">It is no JSON, or a row is no row of the model; the message names it.</exception>
    public void Read(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw new InputException("the body is not a JSON object; send {\"instances\": [row, ...]}.");
            }

            var found = false;
            while (NextMember(ref reader))
            {
                if (!reader.ValueTextEquals("instances"u8))
                {
                    reader.Skip();
                    continue;
                }

                found = true;
                reader.Read();
                if (reader.TokenType != JsonTokenType.StartArray)
                {
                    throw new InputException("\"instances\" is not an array; send {\"instances\": [row, ...]}.");
                }

                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    ReadRow(ref reader);
                }
            }

            // Nothing may follow.
            reader.Read();
            if (!found)
            {
                throw new InputException("the body has no \"instances\"; send {\"instances\": [row, ...]}.");
            }
        }
        catch (JsonException e)
        {
            throw new InputException($"the body is no valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}, in or after row {sink.NextRow}); correct it.", e);
        }
    }

    /// <summary>Reads one object a line; blank lines are no rows. O(bytes + rows d).</summary>
    /// <param name="body">UTF-8 text.</param>
    /// <exception cref="InputException">A line is no JSON or no row of the model; the message names it.</exception>
    public void ReadLines(ReadOnlySpan<byte> body)
    {
        while (body.Length > 0)
        {
            var end = body.IndexOf((byte)'\n');
            var line = (end < 0 ? body : body[..end]).Trim(" \t\r"u8);
            body = end < 0 ? default : body[(end + 1)..];
            if (line.IsEmpty)
            {
                continue;
            }

            var row = sink.NextRow;
            try
            {
                var reader = new Utf8JsonReader(line);
                reader.Read();
                ReadRow(ref reader);
                reader.Read();
            }
            catch (JsonException e)
            {
                throw new InputException($"row {row} is no valid JSON (byte {e.BytePositionInLine + 1} of its line); write one object a line.", e);
            }
        }
    }

    /// <summary>Moves to the next member's name, or past the object's end.</summary>
    private static bool NextMember(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>Reads one row; the reader stands on its first token.</summary>
    private void ReadRow(ref Utf8JsonReader reader)
    {
        RequireObject(ref reader, "is not an object");
        tensor.Clear();
        var found = false;
        while (NextMember(ref reader))
        {
            if (reader.ValueTextEquals("features"u8))
            {
                ReadFeatures(ref reader, ref found);
            }
            else if (reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                RequireObject(ref reader, "has \"data\" that is not an object");
                while (NextMember(ref reader))
                {
                    if (reader.ValueTextEquals("features"u8))
                    {
                        ReadFeatures(ref reader, ref found);
                    }
                    else
                    {
                        reader.Skip();
                    }
                }
            }
            else
            {
                reader.Skip();
            }
        }

        if (!found)
        {
            throw Wrong($"has no features; write {Forms}.");
        }

        if (tensor.Fill() is { } problem)
        {
            throw Wrong(problem);
        }

        sink.Add(MemoryMarshal.AsBytes(tensor.Row), ElementType.Float64);
    }

    private void ReadFeatures(ref Utf8JsonReader reader, ref bool found)
    {
        if (found)
        {
            throw Wrong("has features twice; write them once.");
        }

        found = true;
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            ReadValues(ref reader);
            return;
        }

        RequireObject(ref reader, "has features that are neither an array nor a tensor");
        while (NextMember(ref reader))
        {
            if (reader.ValueTextEquals("values"u8))
            {
                RequireArray(ref reader, "values");
                ReadValues(ref reader);
            }
            else if (reader.ValueTextEquals("keys"u8))
            {
                RequireArray(ref reader, "keys");
                ReadLongs(ref reader, tensor.Keys, "keys");
            }
            else if (reader.ValueTextEquals("shape"u8))
            {
                RequireArray(ref reader, "shape");
                ReadLongs(ref reader, tensor.Shape, "shape");
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadValues(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var value))
            {
                throw Wrong($"has a value that is not a number (value {tensor.Values.Count + 1}); send a number for every feature.");
            }

            RequireRoom(tensor.Values.Count, "values");
            tensor.Values.Add(value);
        }
    }

    private void ReadLongs(ref Utf8JsonReader reader, List<ulong> list, string name)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetUInt64(out var value))
            {
                throw Wrong($"has {name} that are not whole numbers from 0 on; write them as such.");
            }

            RequireRoom(list.Count, name);
            list.Add(value);
        }
    }

    /// <summary>No valid row has more than d of anything: a longer one is refused before it takes memory.</summary>
    private void RequireRoom(int count, string name)
    {
        if (count >= sink.FeatureCount)
        {
            throw Wrong($"has more than {sink.FeatureCount} {name}, the model's number of features; send one value a feature.");
        }
    }

    private void RequireObject(ref Utf8JsonReader reader, string problem)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Wrong($"{problem}; write {Forms}.");
        }
    }

    private void RequireArray(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Wrong($"has {name} that are not an array; write {Forms}.");
        }
    }

    private InputException Wrong(string problem) => new($"row {sink.NextRow} {problem}");
}
