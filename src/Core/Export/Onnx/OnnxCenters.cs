using KMeans.Input;
using KMeans.Models;
using KMeans.Prediction;

namespace KMeans.Export.Onnx;

/// <summary>A model as an ONNX graph: float32 rows (n, d) in the columns' own units in, the closest cluster (int64, n) and the Euclidean distance to it (float32, n) out.</summary>
/// <remarks>
/// The transform is folded in, and the division by the row's length where the distance is the cosine: squares of float32 neither overflow nor vanish in double. The graph follows <c>predict</c>: the shift is subtracted in double, the sample is rounded to float32 and everything after that is double, so that it gives the labels that
/// <c>predict</c> gives, but where two centers are equally near to within a double's rounding. argmin over j of -2 x.c_j + |c_j|^2, the lowest index on ties; the distance is that of the difference, not of the
/// expanded square, and keeps its digits near a center. Operators of opset 13, which came with IR version 7: every runtime since early 2021 has them.
/// </remarks>
internal sealed class OnnxCenters : ICenterFile
{
    /// <summary>The version of the operator set.</summary>
    public const int Opset = 13;

    /// <summary>The version of the file format.</summary>
    public const int IrVersion = 7;

    private const string Rows = "rows";
    private const string UnitRows = "unit_rows";
    private const string Shifted = "shifted";
    private const string FeatureAxis = "feature_axis";
    private const string Shift = "shift";
    private const string Factor = "factor";
    private const string Centers = "centers";
    private const string SquaredNorms = "squared_norms";

    /// <summary>A protobuf message ends below 2 GiB, and the other fields need some room.</summary>
    private const long MostCenterBytes = int.MaxValue - (64 << 20);

    /// <inheritdoc/>
    public void Write(Stream stream, TrainedModel model)
    {
        if (model.Centers.LongLength * sizeof(double) > MostCenterBytes)
        {
            throw new InputException($"--format onnx: {model.ClusterCount} centers of {model.FeatureCount} features take more than the 2 GiB of an ONNX file; export npy or parquet.");
        }

        var names = new OnnxMessage().Add(1, "feature_names").Add(2, string.Join('\n', model.FeatureNames));
        var content = new OnnxMessage()
            .Add(1, (long)IrVersion)
            .Add(2, "kmeans")
            .Add(3, typeof(OnnxCenters).Assembly.GetName().Version!.ToString(3))
            .Add(7, Graph(model).Message)
            .Add(8, new OnnxMessage().Add(1, "").Add(2, (long)Opset))
            .Add(14, new OnnxMessage().Add(1, "fingerprint").Add(2, model.Fingerprint))
            .Add(14, names);
        stream.Write(content.Content.Span);
    }

    /// <inheritdoc/>
    public ExportedModel Read(string path, TrainedModel model)
    {
        var content = OnnxContent.Read(File.ReadAllBytes(path));
        var (centers, norms) = (content.Doubles(Centers, model.ClusterCount, model.FeatureCount), content.Doubles(SquaredNorms, model.ClusterCount));
        var distance = content.Inputs(Shifted).Contains(UnitRows) ? DistanceMeasure.Cosine : DistanceMeasure.Euclidean;
        return Norms(centers, model.FeatureCount).AsSpan().SequenceEqual(norms)
            ? new ExportedModel(distance, new ColumnTransform(content.Doubles(Shift, model.FeatureCount), content.Doubles(Factor, model.FeatureCount)), centers)
            : throw new InvalidDataException("its squared norms are not those of its centers");
    }

    private static OnnxGraph Graph(TrainedModel model)
    {
        var (k, d) = (model.ClusterCount, model.FeatureCount);
        var isCosine = model.Distance == DistanceMeasure.Cosine;
        var graph = new OnnxGraph("kmeans", $"The nearest of {k} centers, and the Euclidean distance to it {(isCosine ? "of the row divided by its length, " : "")}after the model's transform.");
        graph.Node("Cast", "rows_double", [Rows], ("to", (int)OnnxType.Double));
        if (isCosine)
        {
            graph.Node("Mul", "squared_rows", ["rows_double", "rows_double"]);
            graph.Node("ReduceSum", "squared_lengths", ["squared_rows", FeatureAxis], ("keepdims", 1));
            graph.Node("Sqrt", "lengths", ["squared_lengths"]);
            graph.Node("Div", UnitRows, ["rows_double", "lengths"]);
        }

        graph.Node("Sub", Shifted, [isCosine ? UnitRows : "rows_double", Shift]);
        graph.Node("Mul", "scaled", [Shifted, Factor]);
        graph.Node("Cast", "samples_float", ["scaled"], ("to", (int)OnnxType.Float));
        graph.Node("Cast", "samples", ["samples_float"], ("to", (int)OnnxType.Double));
        graph.Node("Gemm", "scores", ["samples", Centers, SquaredNorms], ("alpha", -2f), ("beta", 1f), ("transB", 1));
        graph.Node("ArgMin", PredictionBatch.LabelName, ["scores"], ("axis", 1), ("keepdims", 0));
        graph.Node("Gather", "nearest", [Centers, PredictionBatch.LabelName], ("axis", 0));
        graph.Node("Sub", "difference", ["samples", "nearest"]);
        graph.Node("Mul", "squared_difference", ["difference", "difference"]);
        graph.Node("ReduceSum", "squared_distance", ["squared_difference", FeatureAxis], ("keepdims", 0));
        graph.Node("Sqrt", "distance", ["squared_distance"]);
        graph.Node("Cast", PredictionBatch.DistanceName, ["distance"], ("to", (int)OnnxType.Float));
        graph.Constant(Shift, model.Transform.Shifts, d);
        graph.Constant(Factor, model.Transform.Factors, d);
        graph.Constant(Centers, model.Centers, k, d);
        graph.Constant(SquaredNorms, Norms(model.Centers, d), k);
        graph.Constant(FeatureAxis, new long[] { 1 }, 1);
        graph.Input(Rows, OnnxType.Float, "n", d);
        graph.Output(PredictionBatch.LabelName, OnnxType.Int64, "n");
        graph.Output(PredictionBatch.DistanceName, OnnxType.Float, "n");
        return graph;
    }

    private static double[] Norms(double[] centers, int d)
    {
        var norms = new double[centers.Length / d];
        for (var i = 0; i < centers.Length; i++)
        {
            norms[i / d] += centers[i] * centers[i];
        }

        return norms;
    }
}
