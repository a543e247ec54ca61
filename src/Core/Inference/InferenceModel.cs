using System.Collections.Concurrent;
using KMeans.Kernels;
using KMeans.Models;

namespace KMeans.Inference;

/// <summary>A model that answers requests: bytes of rows in, clusters and distances out. Thread-safe; its buffers are kept from request to request.</summary>
public sealed class InferenceModel : IDisposable
{
    private readonly ConcurrentBag<Decoders> idle = [];
    private readonly IAssignmentKernel kernel = AssignmentKernels.Best;
    private readonly PackedCenters packed;

    /// <summary>Makes a model ready: everything a first request would wait for is compiled and packed.</summary>
    /// <param name="model">The model; its transform is applied to every row.</param>
    public InferenceModel(TrainedModel model)
    {
        Model = model;
        packed = kernel.Pack(model.Centers, model.ClusterCount, model.FeatureCount);
        WarmUp();
    }

    /// <summary>What answers.</summary>
    public TrainedModel Model { get; }

    /// <summary>Finds the cluster of each row of a body. O(bytes + n k d); nothing is allocated once buffers have grown.</summary>
    /// <param name="body">Rows.</param>
    /// <param name="format">How they are written.</param>
    /// <param name="firstRow">Rows that came before, of the same file: messages count on from there.</param>
    /// <returns>The results in order; at least one. To be disposed.</returns>
    /// <exception cref="InputException">A row is not one of this model; the message names it. Or there is none.</exception>
    /// <remarks>Labels and distances have the bits that <c>kmeans predict</c> writes for the same rows.</remarks>
    public Predictions Evaluate(ReadOnlySpan<byte> body, InferenceFormat format, long firstRow = 0)
    {
        if (!idle.TryTake(out var decoders))
        {
            decoders = new Decoders(new RowSink(Model, kernel, packed));
        }

        var predictions = new Predictions();
        try
        {
            decoders.Read(body, format, predictions, firstRow);
        }
        catch
        {
            // The decoders go too: a refused row may have made their buffers larger than any valid one does.
            predictions.Dispose();
            throw;
        }

        idle.Add(decoders);
        return predictions;
    }

    /// <inheritdoc/>
    /// <remarks>No request may be running.</remarks>
    public void Dispose() => (packed as IDisposable)?.Dispose();

    private void WarmUp()
    {
        var row = string.Join(',', Enumerable.Repeat('0', Model.FeatureCount));
        Evaluate(System.Text.Encoding.ASCII.GetBytes(row), InferenceFormat.Csv).Dispose();
    }

    /// <summary>What reads one request after another.</summary>
    private sealed class Decoders(RowSink sink)
    {
        private readonly CsvRows csv = new(sink);
        private readonly JsonRows json = new(sink);
        private readonly RecordRows records = new(sink);

        public void Read(ReadOnlySpan<byte> body, InferenceFormat format, Predictions predictions, long firstRow)
        {
            sink.Begin(predictions, firstRow);
            switch (format)
            {
                case InferenceFormat.Csv:
                    csv.Read(body);
                    break;
                case InferenceFormat.Json:
                    json.Read(body);
                    break;
                case InferenceFormat.JsonLines:
                    json.ReadLines(body);
                    break;
                default:
                    records.Read(body);
                    break;
            }

            sink.Flush();
            if (predictions.Count == 0)
            {
                throw new InputException("there are no rows; send at least one.");
            }
        }
    }
}
