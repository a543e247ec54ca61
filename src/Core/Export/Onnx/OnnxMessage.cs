using System.Diagnostics.CodeAnalysis;
using System.Text;
using Google.Protobuf;

namespace KMeans.Export.Onnx;

/// <summary>A protobuf message that is being put together. Fields are written in the order in which they are added, zeros too: ONNX is proto2, where a zero that is there says something.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Both are in memory: there is nothing to release.")]
internal sealed class OnnxMessage
{
    private readonly MemoryStream bytes = new();
    private readonly CodedOutputStream output;

    /// <summary>Begins an empty message.</summary>
    public OnnxMessage() => output = new CodedOutputStream(bytes, leaveOpen: true);

    /// <summary>Adds a whole number.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="value">The number.</param>
    /// <returns>This.</returns>
    public OnnxMessage Add(int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
        return this;
    }

    /// <summary>Adds a float32.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="value">The number.</param>
    /// <returns>This.</returns>
    public OnnxMessage Add(int field, float value)
    {
        output.WriteTag(field, WireFormat.WireType.Fixed32);
        output.WriteFloat(value);
        return this;
    }

    /// <summary>Adds a text.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="text">The text.</param>
    /// <returns>This.</returns>
    public OnnxMessage Add(int field, string text) => Add(field, Encoding.UTF8.GetBytes(text));

    /// <summary>Adds bytes.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="content">The bytes; not changed afterwards.</param>
    /// <returns>This.</returns>
    public OnnxMessage Add(int field, ReadOnlyMemory<byte> content)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(UnsafeByteOperations.UnsafeWrap(content));
        return this;
    }

    /// <summary>Adds a message.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="message">The message, complete.</param>
    /// <returns>This.</returns>
    public OnnxMessage Add(int field, OnnxMessage message) => Add(field, message.Content);

    /// <summary>The message's bytes so far.</summary>
    public ReadOnlyMemory<byte> Content
    {
        get
        {
            output.Flush();
            return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
        }
    }
}
