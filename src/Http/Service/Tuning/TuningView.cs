using System.Text.Json.Nodes;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Jobs;
using KMeans.Http.Service.Store;

namespace KMeans.Http.Service.Tuning;

/// <summary>Tuning jobs as the reference protocol shows them.</summary>
/// <param name="arn">Makes resources' names.</param>
internal sealed class TuningView(Arn arn)
{
    private const string Config = "HyperParameterTuningJobConfig";

    /// <summary>The metric that a tuning job goes by.</summary>
    /// <param name="record">The tuning job.</param>
    /// <returns>The metric's name.</returns>
    public static string MetricOf(StoredRecord record) => TuningJobDocument.Of(record).Request[Config]!["HyperParameterTuningJobObjective"]!["MetricName"]!.GetValue<string>();

    /// <summary>What a training job came to.</summary>
    /// <param name="child">The training job.</param>
    /// <param name="metric">The metric's name.</param>
    /// <returns>Its value, or null.</returns>
    public static double? Value(StoredRecord child, string metric) => TrainingJobDocument.Of(child).Metrics.FirstOrDefault(each => each.Name == metric)?.Value;

    /// <summary>Everything about a tuning job.</summary>
    /// <param name="record">The job.</param>
    /// <param name="best">Its best training job, or null.</param>
    /// <returns>The answer of DescribeHyperParameterTuningJob.</returns>
    public JsonObject Describe(StoredRecord record, StoredRecord? best)
    {
        var document = TuningJobDocument.Of(record);
        var definition = (JsonObject)document.Request["TrainingJobDefinition"]!.DeepClone();
        return Head(record, document)
            .Echo(document.Request, Config)
            .With("TrainingJobDefinition", definition)
            .With("FailureReason", document.FailureReason)
            .With("BestTrainingJob", best is null ? null : Child(best, MetricOf(record)));
    }

    /// <summary>A line of a list.</summary>
    /// <param name="record">The job, with its document.</param>
    /// <returns>The line.</returns>
    public JsonObject Summary(StoredRecord record)
    {
        var document = TuningJobDocument.Of(record);
        var config = document.Request[Config]!;
        return Head(record, document).With("Strategy", config["Strategy"]?.DeepClone()).With("ResourceLimits", config["ResourceLimits"]?.DeepClone());
    }

    /// <summary>A training job of a tuning job.</summary>
    /// <param name="child">The training job, with its document.</param>
    /// <param name="metric">The metric that counts.</param>
    /// <returns>The line.</returns>
    public JsonObject Child(StoredRecord child, string metric)
    {
        var document = TrainingJobDocument.Of(child);
        var value = Value(child, metric);
        return new JsonObject
        {
            ["TrainingJobName"] = child.Name,
            ["TrainingJobArn"] = arn.Of(child.Kind, child.Name),
            ["CreationTime"] = ApiJson.Time(child.Created),
            ["TrainingJobStatus"] = child.Status,
            ["TunedHyperParameters"] = new JsonObject((document.Tuned ?? new Dictionary<string, string>()).Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value))),
            ["ObjectiveStatus"] = value is not null ? "Succeeded" : child.Ended is null ? "Pending" : "Failed",
        }
        .With("TrainingStartTime", ApiJson.Time(document.Started))
        .With("TrainingEndTime", ApiJson.Time(child.Ended))
        .With("FailureReason", document.FailureReason)
        .With("FinalHyperParameterTuningJobObjectiveMetric", value is { } final ? new JsonObject { ["MetricName"] = metric, ["Value"] = final } : null);
    }

    private JsonObject Head(StoredRecord record, TuningJobDocument document) => new JsonObject
    {
        ["HyperParameterTuningJobName"] = record.Name,
        ["HyperParameterTuningJobArn"] = arn.Of(record.Kind, record.Name),
        ["HyperParameterTuningJobStatus"] = record.Status,
        ["CreationTime"] = ApiJson.Time(record.Created),
        ["LastModifiedTime"] = ApiJson.Time(record.Modified),
        ["TrainingJobStatusCounters"] = new JsonObject
        {
            ["Completed"] = document.Completed,
            ["InProgress"] = document.InProgress,
            ["RetryableError"] = 0,
            ["NonRetryableError"] = document.Failed,
            ["Stopped"] = document.Stopped,
        },
        ["ObjectiveStatusCounters"] = new JsonObject { ["Succeeded"] = document.Completed, ["Pending"] = document.InProgress, ["Failed"] = document.Failed + document.Stopped },
    }.With("HyperParameterTuningEndTime", ApiJson.Time(record.Ended));
}
