using System.Buffers;
using System.Text;
using KMeans.Inference;
using KMeans.Input;
using KMeans.Models;

namespace KMeans.Tests.Inference;

/// <summary>Models and requests that are small enough to be worked out by hand.</summary>
internal static class SmallInference
{
    /// <summary>Two features, centers at (0, 0) and (3, 4).</summary>
    public static InferenceModel Model() => new(Make([0, 0, 3, 4], 2));

    public static TrainedModel Make(double[] centers, int d, ColumnTransform? transform = null) => new()
    {
        ClusterCount = centers.Length / d,
        Columns = [.. Enumerable.Range(0, d).Select(i => new FeatureColumn($"c{i}", 1))],
        ColumnsAreNamed = false,
        Transform = transform ?? ColumnTransform.Identity(d),
        Fill = new float[d],
        Centers = centers,
        ClusterWeights = [],
        Cost = null,
        Rows = 0,
        Seed = 0,
        Parameters = new Dictionary<string, string>(),
    };

    public static Predictions Evaluate(this InferenceModel model, string body, InferenceFormat format) => model.Evaluate(Encoding.UTF8.GetBytes(body), format);

    /// <summary>Labels and distances of a request.</summary>
    public static (int Label, double Distance)[] Results(this InferenceModel model, ReadOnlySpan<byte> body, InferenceFormat format)
    {
        using var predictions = model.Evaluate(body, format);
        return [.. predictions.Labels.ToArray().Zip(predictions.Distances.ToArray())];
    }

    public static (int Label, double Distance)[] Results(this InferenceModel model, string body, InferenceFormat format) => model.Results(Encoding.UTF8.GetBytes(body), format);

    /// <summary>The answer to a request, in pieces of three rows.</summary>
    public static byte[] Answer(this InferenceModel model, ReadOnlySpan<byte> body, InferenceFormat input, InferenceFormat output)
    {
        using var predictions = model.Evaluate(body, input);
        var writer = new ArrayBufferWriter<byte>();
        for (var first = 0; first < predictions.Count; first += 3)
        {
            AnswerFormat.Of(output).Write(predictions, first, Math.Min(3, predictions.Count - first), writer);
        }

        return writer.WrittenSpan.ToArray();
    }

    /// <summary>A refused request's message, of a fresh model, which goes on to answer a good one.</summary>
    public static string Refusal(ReadOnlySpan<byte> body, InferenceFormat format)
    {
        using var model = Model();
        var bytes = body.ToArray();
        var message = Assert.Throws<InputException>(() => model.Evaluate(bytes, format)).Message;
        Assert.Equal([(1, 0.0)], model.Results("3,4", InferenceFormat.Csv));
        Assert.DoesNotContain('\n', message);
        return message;
    }

    public static string Refusal(string body, InferenceFormat format) => Refusal(Encoding.UTF8.GetBytes(body), format);

    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
