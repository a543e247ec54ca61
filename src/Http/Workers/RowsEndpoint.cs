using System.Numerics;
using KMeans.Http.Protocol;
using KMeans.Input;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KMeans.Http.Workers;

/// <summary>Sends rows of one file: those of a random batch, or of a partition that crosses from one worker's files to another's.</summary>
/// <param name="inputs">The open inputs.</param>
internal sealed class RowsEndpoint(OpenInputs inputs)
{
    /// <summary>The largest request: 16,384 runs and 100,000 columns, generously.</summary>
    public const long MostBodyBytes = 16 << 20;

    /// <summary>Values of a batch of rows: 8 MiB.</summary>
    private const int MostValues = 1 << 20;

    /// <summary>Answers a request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="stopping">The worker ends.</param>
    /// <returns>When the answer is sent.</returns>
    public async Task RunAsync(HttpContext http, CancellationToken stopping)
    {
        var request = await http.Request.ReadFromJsonAsync(ProtocolJson.Default.RowsRequest, http.RequestAborted).ConfigureAwait(false) ?? throw Refusal.BadRequest("The body is empty.");
        var entry = inputs.TryTake(http.Request.RouteValues["input"] as string ?? "") ?? throw Refusal.Unknown(ProblemTypes.UnknownInput, "The input is not open here any more; list it again.");
        try
        {
            if (request.File < 0 || request.File >= entry.Files.Count)
            {
                throw Refusal.BadRequest($"file {request.File}: the input has {entry.Files.Count} files.");
            }

            var file = entry.Files[request.File].File;
            var selection = Selection(request, file);
            var runs = Runs(request, file);
            var transform = Transform(request, selection.Ordinals.Sum(ordinal => file.Columns[ordinal].Width));
            http.Features.Get<IHttpBodyControlFeature>()!.AllowSynchronousIO = true;
            http.Response.ContentType = Routes.Binary;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
            var frames = new FrameWriter(http.Response.Body);
            try
            {
                if (request.Single)
                {
                    Send<float>(file, runs, selection, transform, request.BatchRows, frames, stop.Token);
                }
                else
                {
                    Send<double>(file, runs, selection, transform, request.BatchRows, frames, stop.Token);
                }

                frames.End();
            }
#pragma warning disable CA1031 // The status is on its way already; what happened goes into the last frame.
            catch (Exception e) when (!http.RequestAborted.IsCancellationRequested)
#pragma warning restore CA1031
            {
                frames.Fail(e is OperationCanceledException ? Refusal.Stopping().Problem : Refusal.Of(e));
            }
        }
        finally
        {
            entry.Release();
        }
    }

    private static void Send<T>(InputFile file, FileRange[] runs, ColumnSelection selection, ColumnTransform transform, int batchRows, FrameWriter frames, CancellationToken stop)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var d = transform.FeatureCount;
        var batch = new RowBatch<T>(Math.Clamp(batchRows, 1, Math.Max(1, MostValues / d)), d, selection.WeightOrdinal >= 0);
        var before = file.Source.BytesRead;
        using var reader = file.RowCount is null ? file.OpenRows(runs[0], selection, transform) : file.OpenRuns(runs, selection, transform);
        do
        {
            stop.ThrowIfCancellationRequested();
            batch.Count = 0;

            // Runs of one row each make a whole batch together. How many rows a gzip file has is estimated from what its first ones take of it, whatever their number: there a
            // batch ends with the row for which more was read.
            while (batch.Free > 0 && reader.Read(batch, file.CanSeek ? batch.Free : 1) > 0 && (file.CanSeek || file.Source.BytesRead == before))
            {
            }

            var after = file.Source.BytesRead;
            RowsCodec.Write(frames, batch, after - before);
            before = after;
        }
        while (batch.Count > 0);
    }

    private static ColumnSelection Selection(RowsRequest request, InputFile file)
    {
        if (request.Ordinals.Count == 0 || request.Ordinals.Any(ordinal => ordinal < 0 || ordinal >= file.Columns.Count || !file.Columns[ordinal].IsNumeric)
            || request.WeightOrdinal < -1 || request.WeightOrdinal >= file.Columns.Count || (request.WeightOrdinal >= 0 && !file.Columns[request.WeightOrdinal].IsNumeric))
        {
            throw Refusal.BadRequest("ordinals, weightOrdinal: name numeric columns of the file.");
        }

        return new ColumnSelection(request.Ordinals, request.WeightOrdinal);
    }

    private static FileRange[] Runs(RowsRequest request, InputFile file)
    {
        var runs = request.Runs;
        var most = file.RowCount ?? long.MaxValue;
        if (runs.Count < 2 || runs.Count % 2 != 0 || (file.RowCount is null && runs.Count != 2) || runs[0] < 0 || runs[^1] > most
            || Enumerable.Range(1, runs.Count - 1).Any(i => runs[i] < runs[i - 1]))
        {
            throw Refusal.BadRequest("runs: give starts and ends in turn, in order, within the file; one pair where rows are not counted.");
        }

        return [.. runs.Chunk(2).Select(pair => new FileRange(pair[0], pair[1]))];
    }

    private static ColumnTransform Transform(RowsRequest request, int featureCount)
    {
        if (request.Shifts is null && request.Factors is null)
        {
            return ColumnTransform.Identity(featureCount);
        }

        return request.Shifts?.Count == featureCount && request.Factors?.Count == featureCount
            ? new ColumnTransform([.. request.Shifts], [.. request.Factors])
            : throw Refusal.BadRequest($"shifts, factors: give {featureCount} numbers each, one a feature.");
    }
}
