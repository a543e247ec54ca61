using System.Text.Json.Nodes;
using KMeans.Http.Service.Jobs;
using KMeans.Http.Service.Store;

namespace KMeans.Http.Service.Own;

/// <summary>Puts jobs together whose costs can be compared: those of one tuning job, or those of one input, scaled and completed alike.</summary>
/// <param name="store">The jobs.</param>
internal sealed class CostCurves(RecordStore store)
{
    /// <summary>The most points: those of the latest jobs.</summary>
    public const int MostPoints = 100;

    /// <summary>The most jobs that are looked at, a page at a time, the latest first.</summary>
    private const int MostPages = 20;
    private const int PageJobs = 100;

    /// <summary>Options that change what a cost means; all others change only how good a model is.</summary>
    private static readonly string[] Telling = ["scaling", "missing", "halfLifeTimeSize"];

    /// <summary>Finds the curve that a job is on. Reads at most 2,000 documents, the latest.</summary>
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

        var query = new RecordQuery(RecordKinds.TrainingJob) { Parent = record.Parent, Status = JobStatuses.Completed, Descending = true, Count = PageJobs, WithDocuments = true };
        var points = new List<CurvePoint>();
        for (var read = 0; read < MostPages && points.Count < MostPoints; read++)
        {
            var page = await store.ListAsync(query).ConfigureAwait(false);
            points.AddRange(
                from found in page.Records
                let document = TrainingJobDocument.Of(found)
                where document.Report is not null && (input is null || InputOf(document) == input)
                select new CurvePoint(found.Name, document.Report!.K, document.Report.Msd));
            if (page.Next is null)
            {
                break;
            }

            query = query with { After = page.Next };
        }

        points = points[..Math.Min(points.Count, MostPoints)];
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
