namespace KMeans.Export.Onnx;

/// <summary>A graph that is being put together: its nodes, constants, inputs and outputs. Field numbers are those of onnx.proto.</summary>
internal sealed class OnnxGraph
{
    private const int NodeField = 1;
    private const int NameField = 2;
    private const int InitializerField = 5;
    private const int DescriptionField = 10;
    private const int InputField = 11;
    private const int OutputField = 12;

    private readonly OnnxMessage graph = new();

    /// <summary>Begins a graph.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    public OnnxGraph(string name, string description) => graph.Add(NameField, name).Add(DescriptionField, description);

    /// <summary>The graph's bytes so far.</summary>
    public OnnxMessage Message => graph;

    /// <summary>Adds an operation. Nodes are added in an order in which each finds its inputs.</summary>
    /// <param name="operation">The operator's name.</param>
    /// <param name="output">What its result is called.</param>
    /// <param name="inputs">What it takes.</param>
    /// <param name="attributes">Numbers that belong to it: whole ones, or float32.</param>
    public void Node(string operation, string output, string[] inputs, params (string Name, object Value)[] attributes)
    {
        var node = new OnnxMessage();
        foreach (var input in inputs)
        {
            node.Add(1, input);
        }

        node.Add(2, output).Add(3, output).Add(4, operation);
        foreach (var (name, value) in attributes)
        {
            var attribute = new OnnxMessage().Add(1, name);
            node.Add(5, value is float real ? attribute.Add(2, real).Add(20, 1L) : attribute.Add(3, (int)value).Add(20, 2L));
        }

        graph.Add(NodeField, node);
    }

    /// <summary>Adds a constant, row-major, little-endian.</summary>
    /// <typeparam name="T">double or long.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="values">Its values.</param>
    /// <param name="shape">Its shape.</param>
    public void Constant<T>(string name, T[] values, params int[] shape)
        where T : unmanaged
    {
        var bytes = new byte[values.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>()];
        using (var stream = new MemoryStream(bytes))
        {
            Models.LittleEndian.Write<T>(stream, values);
        }

        var tensor = new OnnxMessage();
        foreach (var length in shape)
        {
            tensor.Add(1, (long)length);
        }

        graph.Add(InitializerField, tensor.Add(2, typeof(T) == typeof(double) ? OnnxType.Double : OnnxType.Int64).Add(8, name).Add(9, bytes));
    }

    /// <summary>Declares an input.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">See <see cref="OnnxType"/>.</param>
    /// <param name="shape">Lengths, or names of lengths that are free.</param>
    public void Input(string name, long type, params object[] shape) => graph.Add(InputField, ValueInfo(name, type, shape));

    /// <summary>Declares an output.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">See <see cref="OnnxType"/>.</param>
    /// <param name="shape">Lengths, or names of lengths that are free.</param>
    public void Output(string name, long type, params object[] shape) => graph.Add(OutputField, ValueInfo(name, type, shape));

    private static OnnxMessage ValueInfo(string name, long type, object[] shape)
    {
        var dimensions = new OnnxMessage();
        foreach (var length in shape)
        {
            var dimension = new OnnxMessage();
            dimensions.Add(1, length is string free ? dimension.Add(2, free) : dimension.Add(1, (int)length));
        }

        var tensor = new OnnxMessage().Add(1, type).Add(2, dimensions);
        return new OnnxMessage().Add(1, name).Add(2, new OnnxMessage().Add(1, tensor));
    }
}

/// <summary>Element types, by the numbers of onnx.proto.</summary>
internal static class OnnxType
{
    /// <summary>float32.</summary>
    public const long Float = 1;

    /// <summary>int64.</summary>
    public const long Int64 = 7;

    /// <summary>float64.</summary>
    public const long Double = 11;
}
