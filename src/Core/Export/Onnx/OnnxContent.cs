using KMeans.Input.RecordIO;
using KMeans.Models;

namespace KMeans.Export.Onnx;

/// <summary>The constants of an ONNX file and what its nodes take, read back.</summary>
internal sealed class OnnxContent
{
    private const int GraphField = 7;
    private const int NodeField = 1;
    private const int InitializerField = 5;

    private readonly Dictionary<string, IReadOnlyList<string>> inputs = [];
    private readonly Dictionary<string, (long[] Shape, ulong Type, byte[] Bytes)> tensors = [];

    /// <summary>Reads them.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <returns>What was read.</returns>
    /// <exception cref="InvalidDataException">The bytes are no message of protobuf.</exception>
    public static OnnxContent Read(ReadOnlySpan<byte> content)
    {
        var found = new OnnxContent();
        var model = new ProtobufReader(content);
        while (model.Next())
        {
            if (model.Field == GraphField)
            {
                found.ReadGraph(model.Bytes);
            }
        }

        Require(!model.IsDamaged);
        return found;
    }

    /// <summary>A constant of doubles.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">The shape that it must have.</param>
    /// <returns>Its values, row-major.</returns>
    /// <exception cref="InvalidDataException">It is not there, or of another type, shape or size.</exception>
    public double[] Doubles(string name, params int[] shape)
    {
        if (!tensors.TryGetValue(name, out var tensor) || tensor.Type != OnnxType.Double || !tensor.Shape.SequenceEqual(shape.Select(length => (long)length))
            || tensor.Bytes.LongLength != shape.Aggregate(8L, (size, length) => size * length))
        {
            throw new InvalidDataException($"the constant '{name}' is missing or of another shape");
        }

        var values = new double[tensor.Bytes.Length / sizeof(double)];
        using var stream = new MemoryStream(tensor.Bytes);
        LittleEndian.Read(stream, values.AsSpan());
        return values;
    }

    /// <summary>What a node takes.</summary>
    /// <param name="output">The name of its result.</param>
    /// <returns>The names of its inputs, in order.</returns>
    /// <exception cref="InvalidDataException">No node has such a result.</exception>
    public IReadOnlyList<string> Inputs(string output) => inputs.TryGetValue(output, out var names) ? names : throw new InvalidDataException($"no node makes '{output}'");

    private void ReadGraph(ReadOnlySpan<byte> content)
    {
        var graph = new ProtobufReader(content);
        while (graph.Next())
        {
            if (graph.Field == InitializerField)
            {
                ReadTensor(graph.Bytes);
            }
            else if (graph.Field == NodeField)
            {
                ReadNode(graph.Bytes);
            }
        }

        Require(!graph.IsDamaged);
    }

    private void ReadNode(ReadOnlySpan<byte> content)
    {
        var (names, output) = (new List<string>(), "");
        var node = new ProtobufReader(content);
        while (node.Next())
        {
            if (node.Field == 1)
            {
                names.Add(System.Text.Encoding.UTF8.GetString(node.Bytes));
            }
            else if (node.Field == 2)
            {
                output = System.Text.Encoding.UTF8.GetString(node.Bytes);
            }
        }

        Require(!node.IsDamaged);
        inputs[output] = names;
    }

    private void ReadTensor(ReadOnlySpan<byte> content)
    {
        var (shape, type, name, bytes) = (new List<long>(), 0UL, "", Array.Empty<byte>());
        var tensor = new ProtobufReader(content);
        while (tensor.Next())
        {
            switch (tensor.Field)
            {
                case 1:
                    shape.Add((long)tensor.Varint);
                    break;
                case 2:
                    type = tensor.Varint;
                    break;
                case 8:
                    name = System.Text.Encoding.UTF8.GetString(tensor.Bytes);
                    break;
                case 9:
                    bytes = tensor.Bytes.ToArray();
                    break;
            }
        }

        Require(!tensor.IsDamaged);
        tensors[name] = ([.. shape], type, bytes);
    }

    private static void Require(bool isWhole)
    {
        if (!isWhole)
        {
            throw new InvalidDataException("its bytes are damaged");
        }
    }
}
