using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Jobs;
using KMeans.Http.Workers;

namespace KMeans.Http.Service.Tuning;

/// <summary>What a CreateHyperParameterTuningJob asks for, checked: every combination of its ranges is one that a training job would take.</summary>
internal sealed record TuningPlan
{
    private const int MostJobs = 1000;
    private const int MostParallel = 100;
    private const string StaticName = "StaticHyperParameters";

    /// <summary>The tuning job's name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether all combinations are tried in order; they are drawn otherwise.</summary>
    public required bool IsGrid { get; init; }

    /// <summary>What is searched over.</summary>
    public required IReadOnlyList<ParameterRange> Ranges { get; init; }

    /// <summary>The most training jobs.</summary>
    public required int MostTrials { get; init; }

    /// <summary>Training jobs at a time.</summary>
    public required int Parallel { get; init; }

    /// <summary>How long it may run, or null.</summary>
    public required TimeSpan? MaxRuntime { get; init; }

    /// <summary>What draws come from.</summary>
    public required long Seed { get; init; }

    /// <summary>The metric that counts.</summary>
    public required string Metric { get; init; }

    /// <summary>Whether its greatest value is the best.</summary>
    public required bool Maximizes { get; init; }

    /// <summary>What all its training jobs have in common.</summary>
    public required JsonObject Definition { get; init; }

    /// <summary>Its tags.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <summary>Reads and checks a request.</summary>
    /// <param name="fields">The request.</param>
    /// <param name="roots">Where jobs may read and write.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ApiException">A member is missing or wrong.</exception>
    /// <exception cref="InputException">A hyperparameter or a place is wrong.</exception>
    public static TuningPlan Parse(ApiFields fields, DataRoots roots)
    {
        var name = fields.RequireName("HyperParameterTuningJobName", 32);
        var config = fields.RequireObject("HyperParameterTuningJobConfig");
        var isGrid = config.RequireChoice("Strategy", "Random", "Grid") == "Grid";
        var limits = config.RequireObject("ResourceLimits");
        var most = limits.Whole("MaxNumberOfTrainingJobs", 1, MostJobs);
        if (most is null && !isGrid)
        {
            throw ApiErrors.Missing("hyperParameterTuningJobConfig.resourceLimits.maxNumberOfTrainingJobs");
        }

        var objective = config.RequireObject("HyperParameterTuningJobObjective");
        var plan = new TuningPlan
        {
            Name = name,
            IsGrid = isGrid,
            Ranges = ParameterRange.Parse(config.RequireObject("ParameterRanges")),
            MostTrials = (int)(most ?? MostJobs),
            Parallel = (int)limits.RequireWhole("MaxParallelTrainingJobs", 1, MostParallel),
            MaxRuntime = limits.Whole("MaxRuntimeInSeconds", 120, 15_768_000) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Seed = config.Whole("RandomSeed", 0, int.MaxValue) ?? SeedOf(name),
            Maximizes = objective.RequireChoice("Type", "Minimize", "Maximize") == "Maximize",
            Metric = objective.RequireChoice("MetricName", "test:msd", "test:ssd", "train:msd"),
            Definition = (fields.Object("TrainingJobDefinition") ?? throw ApiErrors.Validation("Give a TrainingJobDefinition; this service has no TrainingJobDefinitions.")).Node,
            Tags = TrainingJobPlan.ReadTags(fields),
        };
        plan.Check(roots);
        return plan;
    }

    /// <summary>The name of a training job.</summary>
    /// <param name="index">Which.</param>
    /// <param name="values">Its hyperparameters.</param>
    /// <returns>The tuning job's name, the number, and what stands for the hyperparameters.</returns>
    public string ChildName(int index, IReadOnlyDictionary<string, string> values)
    {
        var text = string.Join('\n', values.Select(value => $"{value.Key}={value.Value}"));
        return $"{Name}-{index + 1:000}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Name}\n{text}")).AsSpan(0, 4))}";
    }

    /// <summary>The request that makes a training job.</summary>
    /// <param name="childName">Its name.</param>
    /// <param name="values">Its hyperparameters beside the static ones.</param>
    /// <returns>As CreateTrainingJob takes it.</returns>
    public JsonObject Request(string childName, IReadOnlyDictionary<string, string> values)
    {
        var request = (JsonObject)Definition.DeepClone();
        var hyperparameters = request[StaticName] as JsonObject ?? [];
        request.Remove(StaticName);
        hyperparameters["_tuning_objective_metric"] = Metric;
        foreach (var (key, value) in values)
        {
            hyperparameters[key] = value;
        }

        request["TrainingJobName"] = childName;
        request["HyperParameters"] = hyperparameters;
        return request;
    }

    /// <summary>Without a seed each name has its own, and always the same.</summary>
    private static long SeedOf(string name) => BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private void Check(DataRoots roots)
    {
        var fields = ApiFields.Of(Definition);
        if (fields.Map(StaticName, 100, 256, 2500) is { } fixedValues && Ranges.FirstOrDefault(range => fixedValues.ContainsKey(range.Name)) is { } twice)
        {
            throw ApiErrors.Validation($"The hyperparameter '{twice.Name}' is both static and searched over; leave one out.");
        }

        // Each range by itself, at its ends, beside the others' first values: then all that lies between is right too.
        var first = Ranges.ToDictionary(range => range.Name, range => range.Ends().First(), StringComparer.Ordinal);
        TrainingJobPlan? plan = null;
        foreach (var range in Ranges)
        {
            foreach (var end in range.Ends())
            {
                var values = new Dictionary<string, string>(first, StringComparer.Ordinal) { [range.Name] = end };
                plan = TrainingJobPlan.Parse(ApiFields.Of(Request(Name, values)), roots);
            }
        }

        if (Metric.StartsWith("test:", StringComparison.Ordinal) && plan!.Test is null)
        {
            throw ApiErrors.Validation($"The objective metric '{Metric}' needs a channel 'test' in InputDataConfig.");
        }

        if (IsGrid && Ranges.Any(range => range.Count is null))
        {
            throw ApiErrors.Validation("The strategy Grid tries all combinations, so it takes integer and categorical ranges only.");
        }

        if (IsGrid && Ranges.Aggregate((Int128)1, (product, range) => product * range.Count!.Value) is var size && size > MostTrials)
        {
            throw ApiErrors.Validation($"The ranges have {size} combinations where at most {MostTrials} training jobs are allowed; make the ranges smaller.");
        }
    }
}
