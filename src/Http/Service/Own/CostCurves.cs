using System.Text.Json.Nodes;
using KMeans.Http.Service.Jobs;
using KMeans.Http.Service.Store;

namespace KMeans.Http.Service.Own;

/// <summary>Puts jobs together whose costs can be compared: those of one tuning job, or those of one input, scaled and completed alike.</summary>
/// <param name="store">The jobs.</param>
internal sealed class CostCurves(RecordStore store)
{
    /// <summary>The most jobs that are looked at: the latest.</summary>
    public const int MostJobs = 100;

    /// <summary>Options that change what a cost means; all others change only how good a model is.</summary>
    private static readonly string[] Telling = ["scaling", "missing", "halfLifeTimeSize"];

    /// <summary>Finds the curve that a job is on. Reads at most 100 documents.</summary>
    /// <param name="record">The job, wherever it is.</param>
    /// <returns>The points of finished jobs; this one's too, once it is finished.</returns>
    public async Task<CurveView> OfAsync(StoredRecord record)
    {
        var input = record.Parent is null ? InputOf(TrainingJobDocument.Of(record)) : null;
        if (record.Parent is null && input is null)
        {
            // Nobody has looked at its input yet.
            return new CurveView(null, []);
        }

        var query = new RecordQuery(RecordKinds.TrainingJob) { Parent = record.Parent, Status = JobStatuses.Completed, Descending = true, Count = MostJobs };
        var points = new List<CurvePoint>();
        foreach (var head in (await store.ListAsync(query).ConfigureAwait(false)).Records)
        {
            if (await store.FindAsync(head.Kind, head.Name).ConfigureAwait(false) is { } found
                && TrainingJobDocument.Of(found) is { Report: { } report } document && (input is null || InputOf(document) == input))
            {
                points.Add(new CurvePoint(found.Name, report.K, report.Msd));
            }
        }

        return new CurveView(record.Parent, [.. points.OrderBy(point => point.K).ThenBy(point => point.Msd).ThenBy(point => point.Job, StringComparer.Ordinal)]);
    }

    private static string? InputOf(TrainingJobDocument document)
    {
        if (document.EngineRequest is null || JsonNode.Parse(document.EngineRequest) is not JsonObject request)
        {
            return null;
        }

        var options = request["options"]!.AsObject();
        request["options"] = new JsonObject(Telling.Select(name => KeyValuePair.Create(name, options[name]?.DeepClone())));
        return request.ToJsonString();
    }
}
