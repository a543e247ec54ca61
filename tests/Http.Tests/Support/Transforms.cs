using System.Text.Json.Nodes;

namespace KMeans.Http.Tests.Support;

/// <summary>Requests for batch transforms.</summary>
internal static class Transforms
{
    /// <summary>Of CSV by the model "m", line by line into the folder data/out.</summary>
    public static JsonObject Job(Folder folder, string name, string source, Action<JsonObject>? change = null)
    {
        var job = new JsonObject
        {
            ["TransformJobName"] = name,
            ["ModelName"] = "m",
            ["TransformInput"] = new JsonObject
            {
                ["DataSource"] = new JsonObject { ["S3DataSource"] = new JsonObject { ["S3DataType"] = "S3Prefix", ["S3Uri"] = $"file://{folder[$"data/{source}"]}" } },
                ["ContentType"] = "text/csv",
                ["SplitType"] = "Line",
            },
            ["TransformOutput"] = new JsonObject { ["S3OutputPath"] = $"file://{folder["data/out"]}", ["Accept"] = "text/csv", ["AssembleWith"] = "Line" },
            ["TransformResources"] = new JsonObject { ["InstanceType"] = "ml.m4.xlarge", ["InstanceCount"] = 1 },
        };
        change?.Invoke(job);
        return job;
    }
}
