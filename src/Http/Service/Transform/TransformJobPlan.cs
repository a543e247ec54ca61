using KMeans.Http.Inference;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Jobs;
using KMeans.Http.Workers;
using KMeans.Inference;
using KMeans.Inference.Batch;

namespace KMeans.Http.Service.Transform;

/// <summary>What a CreateTransformJob asks for, checked before anything is stored.</summary>
internal sealed record TransformJobPlan
{
    private const int DefaultPayloadMegabytes = 6;
    private const int MostPayloadMegabytes = 100;

    /// <summary>The job's name.</summary>
    public required string Name { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The s3:// address or the path of the rows.</summary>
    public required string Source { get; init; }

    /// <summary>Whether the source is a list of files.</summary>
    public required bool IsManifest { get; init; }

    /// <summary>Whether files are packed with gzip.</summary>
    public required bool IsPacked { get; init; }

    /// <summary>Where answers go: an address or a path that files' names are put behind.</summary>
    public required string OutputPath { get; init; }

    /// <summary>Files that are transformed at a time; null where it does not say.</summary>
    public required int? Concurrency { get; init; }

    /// <summary>How each file is transformed.</summary>
    public required BatchOptions Options { get; init; }

    /// <summary>Reads and checks a request.</summary>
    /// <param name="fields">The request.</param>
    /// <param name="roots">Where jobs may read and write.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ApiException">A member is missing or wrong, or members contradict each other.</exception>
    public static TransformJobPlan Parse(ApiFields fields, DataRoots roots)
    {
        var input = fields.RequireObject("TransformInput");
        var source = input.RequireObject("DataSource").RequireObject("S3DataSource");
        var output = fields.RequireObject("TransformOutput");
        var resources = fields.RequireObject("TransformResources");
        resources.RequireText("InstanceType", 64);
        resources.RequireWhole("InstanceCount", 1, 1024);
        var megabytes = (int)(fields.Whole("MaxPayloadInMB", 0, MostPayloadMegabytes) ?? DefaultPayloadMegabytes);
        var concurrency = (int?)fields.Whole("MaxConcurrentTransforms", 0, 1024);
        if (megabytes == 0)
        {
            throw ApiErrors.Validation("MaxPayloadInMB: 0, payloads of any size, is not supported by this algorithm; give 1 to 100.");
        }

        if (Math.Max(1, concurrency ?? 1) * megabytes > MostPayloadMegabytes)
        {
            throw ApiErrors.Validation($"MaxConcurrentTransforms times MaxPayloadInMB must not be more than {MostPayloadMegabytes}.");
        }

        return new TransformJobPlan
        {
            Name = fields.RequireName("TransformJobName"),
            Model = fields.RequireName("ModelName"),
            IsManifest = source.RequireChoice("S3DataType", "S3Prefix", "ManifestFile") == "ManifestFile",
            Source = TrainingJobPlan.Place(source.RequireText("S3Uri"), "transformInput.s3Uri", roots),
            IsPacked = input.Choice("CompressionType", "None", "Gzip") == "Gzip",
            OutputPath = TrainingJobPlan.Place(output.RequireText("S3OutputPath"), "transformOutput.s3OutputPath", roots),
            Concurrency = concurrency is > 0 ? concurrency : null,
            Options = ReadOptions(fields, input, output, megabytes),
        };
    }

    private static BatchOptions ReadOptions(ApiFields fields, ApiFields input, ApiFields output, int megabytes)
    {
        var format = MediaTypes.ReadContentType(input.Text("ContentType", 256), out var problem);
        if (problem is not null)
        {
            throw ApiErrors.Validation($"TransformInput.ContentType: {problem}");
        }

        if (MediaTypes.ReadAccept(output.Text("Accept", 256)) is not { } accept)
        {
            throw ApiErrors.Validation($"TransformOutput.Accept: the type is not supported; accept {MediaTypes.All}.");
        }

        var split = input.Choice("SplitType", "None", "Line", "RecordIO", "TFRecord") switch
        {
            "Line" => PayloadSplit.Line,
            "RecordIO" => PayloadSplit.RecordIO,
            "TFRecord" => throw ApiErrors.Validation("TransformInput.SplitType: this algorithm takes no TFRecord; give None, Line or RecordIO."),
            _ => PayloadSplit.None,
        };
        if (split != PayloadSplit.None && (split == PayloadSplit.RecordIO) != (format == InferenceFormat.RecordIO))
        {
            throw ApiErrors.Validation($"TransformInput.SplitType: {split} does not fit the ContentType {MediaTypes.Name(format)}; give {(format == InferenceFormat.RecordIO ? "RecordIO" : "Line")} or None.");
        }

        var lines = output.Choice("AssembleWith", "None", "Line") == "Line";
        if (lines && accept == InferenceFormat.RecordIO)
        {
            throw ApiErrors.Validation("TransformOutput.AssembleWith: Line would put line ends between records; give None.");
        }

        return new BatchOptions
        {
            Input = format,
            Output = accept,
            Split = split,
            IsMultiRecord = fields.Choice("BatchStrategy", "MultiRecord", "SingleRecord") != "SingleRecord",
            MostPayloadBytes = megabytes * InferenceOptions.Megabyte,
            AssemblesLines = lines,
            JoinsInput = ReadJoin(fields.Object("DataProcessing"), format, accept),
        };
    }

    private static bool ReadJoin(ApiFields? processing, InferenceFormat input, InferenceFormat output)
    {
        if (processing is null)
        {
            return false;
        }

        foreach (var filter in (string[])["InputFilter", "OutputFilter"])
        {
            if (processing.Text(filter, 63) is not (null or "" or "$"))
            {
                throw ApiErrors.Validation($"DataProcessing.{filter}: this service takes '$' alone, everything; leave columns out before or afterwards.");
            }
        }

        if (processing.Choice("JoinSource", "Input", "None") != "Input")
        {
            return false;
        }

        return input == output && input != InferenceFormat.RecordIO ? true
            : throw ApiErrors.Validation("DataProcessing.JoinSource: Input needs rows and answers of one format, CSV, JSON or JSON lines; give Accept the type of ContentType.");
    }
}
