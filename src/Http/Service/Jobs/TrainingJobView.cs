using System.Text.Json.Nodes;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Store;

namespace KMeans.Http.Service.Jobs;

/// <summary>Training jobs as the reference protocol shows them.</summary>
/// <param name="arn">Makes resources' names.</param>
internal sealed class TrainingJobView(Arn arn)
{
    /// <summary>Members of the request that the answer has as they came.</summary>
    private static readonly string[] Echoed =
    [
        "HyperParameters", "AlgorithmSpecification", "RoleArn", "InputDataConfig", "OutputDataConfig", "ResourceConfig", "VpcConfig", "StoppingCondition", "EnableNetworkIsolation",
        "EnableInterContainerTrafficEncryption", "EnableManagedSpotTraining", "CheckpointConfig", "DebugHookConfig", "ExperimentConfig", "DebugRuleConfigurations", "TensorBoardOutputConfig",
        "ProfilerConfig", "ProfilerRuleConfigurations", "Environment", "RetryStrategy", "RemoteDebugConfig", "InfraCheckConfig",
    ];

    /// <summary>A line of a list.</summary>
    /// <param name="record">The job; its document is not needed.</param>
    /// <returns>The line.</returns>
    public JsonObject Summary(StoredRecord record) => new JsonObject
    {
        ["TrainingJobName"] = record.Name,
        ["TrainingJobArn"] = arn.Of(record.Kind, record.Name),
        ["CreationTime"] = ApiJson.Time(record.Created),
        ["LastModifiedTime"] = ApiJson.Time(record.Modified),
        ["TrainingJobStatus"] = record.Status,
        ["SecondaryStatus"] = record.Detail,
    }.With("TrainingEndTime", ApiJson.Time(record.Ended));

    /// <summary>Everything about a job.</summary>
    /// <param name="record">The job.</param>
    /// <returns>The answer of DescribeTrainingJob.</returns>
    public JsonObject Describe(StoredRecord record)
    {
        var document = TrainingJobDocument.Of(record);
        var request = document.Request;
        var answer = new JsonObject
        {
            ["TrainingJobName"] = record.Name,
            ["TrainingJobArn"] = arn.Of(record.Kind, record.Name),
            ["ModelArtifacts"] = new JsonObject { ["S3ModelArtifacts"] = Artifacts(record.Name, request) },
            ["TrainingJobStatus"] = record.Status,
            ["SecondaryStatus"] = record.Detail,
            ["CreationTime"] = ApiJson.Time(record.Created),
            ["LastModifiedTime"] = ApiJson.Time(record.Modified),
            ["StoppingCondition"] = new JsonObject { ["MaxRuntimeInSeconds"] = 86_400 },
            ["EnableNetworkIsolation"] = false,
            ["EnableInterContainerTrafficEncryption"] = false,
            ["EnableManagedSpotTraining"] = false,
            ["ProfilingStatus"] = "Disabled",
        };
        answer.Echo(request, Echoed)
            .With("TuningJobArn", record.Parent is { } parent ? arn.Of(RecordKinds.TuningJob, parent) : null)
            .With("FailureReason", document.FailureReason)
            .With("TrainingStartTime", ApiJson.Time(document.Started))
            .With("TrainingEndTime", ApiJson.Time(record.Ended));
        answer["SecondaryStatusTransitions"] = new JsonArray([.. document.Transitions.Select(each => new JsonObject
        {
            ["Status"] = each.Status,
            ["StartTime"] = ApiJson.Time(each.Start),
            ["StatusMessage"] = each.Message,
        }.With("EndTime", ApiJson.Time(each.End)))]);
        if (document.Metrics.Count > 0)
        {
            answer["FinalMetricDataList"] = new JsonArray([.. document.Metrics.Select(each => new JsonObject
            {
                ["MetricName"] = each.Name,
                ["Value"] = each.Value,
                ["Timestamp"] = ApiJson.Time(each.Time),
            })]);
        }

        if (document.Started is { } started && record.Ended is { } ended)
        {
            var seconds = Math.Max(1, (ended - started + 999) / 1000);
            answer["TrainingTimeInSeconds"] = seconds;
            answer["BillableTimeInSeconds"] = seconds;
        }

        return answer;
    }

    private static string Artifacts(string name, JsonObject request) =>
        request["OutputDataConfig"]?["S3OutputPath"]?.GetValue<string>() is { } path ? $"{path.TrimEnd('/')}/{name}/output/model.tar.gz" : "";
}
