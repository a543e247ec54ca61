using KMeans.SageMaker;

namespace KMeans.Http.Tests.Container;

/// <summary>Configurations that are wrong, and the error that each must have.</summary>
internal static class ConfigurationCorpus
{
    private const string Invalid = "Failed to validate input data configuration";

    private static readonly string[] NoJson = ["", " ", "{", "}", "[", "nul", "{\"k\"}", "{\"k\":}", "{\"k\":\"2\",}", "{'k':'2'}", "{\"k\":\"2\"} x", "\u0001", "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":{\"h\":{\"i\":1}}}}}}}}}", "// a\n{}"];

    private static readonly string[] NoObject = ["[]", "null", "1", "\"k\"", "true"];

    /// <summary>hyperparameters.json.</summary>
    public static IEnumerable<MalformedJob> Hyperparameters()
    {
        MalformedJob Of(string content, string reason) => MalformedJob.Configuration(paths => paths.Hyperparameters, reason, content);
        foreach (var job in Files(paths => paths.Hyperparameters))
        {
            yield return job;
        }

        yield return new MalformedJob("no file", "cannot be read", root => File.Delete(root.Paths.Hyperparameters));
        yield return new MalformedJob("a folder", "cannot be read", root =>
        {
            File.Delete(root.Paths.Hyperparameters);
            Directory.CreateDirectory(root.Paths.Hyperparameters);
        });
        yield return Of("{}", "No value(s) were specified for 'k', 'feature_dim'");
        yield return Of("{\"k\":\"10\"}", "No value(s) were specified for 'feature_dim'");
        yield return Of("{\"k\":\"10\",\"k\":\"11\",\"feature_dim\":\"6\"}", "no valid JSON");
        yield return Of("{\"k\":null,\"feature_dim\":\"6\"}", "the value of k must be a text");
        yield return Of("{\"k\":{},\"feature_dim\":\"6\"}", "the value of k must be a text");
        yield return Of("{\"k\":\"\\ud800\",\"feature_dim\":\"6\"}", "no valid Unicode");
        foreach (var name in new[] { "K", "K ", "mini_batch_siz", "local_lloyd_max_iterations", "max_iterations", "tol", "", "_unknown", "threads", "row_budget" })
        {
            yield return Of($"{{\"k\":\"10\",\"feature_dim\":\"6\",\"{name}\":\"1\"}}", $"Additional properties are not allowed ('{name}' was unexpected)");
        }

        string[] noNumbers = ["", " ", "x", "-1", "+1", " 1", "1.5", "1e3", "0x1", "NaN", "[1]", "true", "99999999999999999999"];
        foreach (var name in new[] { "k", "feature_dim", "epochs", "extra_center_factor", "half_life_time_size", "local_lloyd_max_iter", "local_lloyd_num_trials", "mini_batch_size", "seed" })
        {
            foreach (var text in noNumbers)
            {
                yield return Of(Job(name, text), $"AlgorithmError: '{text}' is not valid under any of the given schemas. Failed validating 'oneOf' in schema['properties']['{name}']");
            }
        }

        foreach (var name in new[] { "k", "feature_dim", "epochs", "extra_center_factor", "local_lloyd_max_iter", "local_lloyd_num_trials", "mini_batch_size" })
        {
            yield return Of(Job(name, "0"), $"schema['properties']['{name}']");
        }

        foreach (var text in new[] { "", "x", "-0.1", "1.1", "NaN", "1,0", "1e400" })
        {
            yield return Of(Job("local_lloyd_tol", text), "local_lloyd_tol must be a number from 0 to 1");
        }

        foreach (var (name, text) in new[] { "init_method", "local_lloyd_init_method" }.SelectMany(name => new[] { "", "Random", "kmeans", "k-means++", "kmeans++ " }, (name, text) => (name, text)))
        {
            yield return Of(Job(name, text), $"AlgorithmError: '{text}' is not one of ['random', 'kmeans++']");
        }

        foreach (var text in new[] { "yes", "1", "TRUE", "" })
        {
            yield return Of(Job("force_dense", text), "is not one of ['true', 'false']");
        }

        foreach (var (text, reason) in new[] { ("rmse", "Hyperparameter must be valid json, but found eval_metrics"), ("", "Hyperparameter must be valid json"), ("[]", "is not one of ['msd', 'ssd']"), ("[msd", "Hyperparameter must be valid json"), ("[rmse]", "is not one of ['msd', 'ssd']"), ("[msd;ssd]", "is not one of") })
        {
            yield return Of(Job("eval_metrics", text), reason);
        }

        yield return Of(Job("k", "16777217"), "is too large: at most 16777216 running centers");
        yield return Of(Job("k", "50000"), "k 50000: the input has only 40 rows; choose k 40 or less");
        yield return Of(Job("feature_dim", "7"), "rows have 6 features where feature_dim is 7");
        yield return Of(Job("feature_dim", "5"), "rows have 6 features where feature_dim is 5");
    }

    /// <summary>inputdataconfig.json.</summary>
    public static IEnumerable<MalformedJob> Channels()
    {
        MalformedJob Of(string content, string reason) => MalformedJob.Configuration(paths => paths.InputData, reason, content);
        MalformedJob Train(string members, string reason) => Of($"{{\"train\":{{{members}}}}}", reason);
        foreach (var job in Files(paths => paths.InputData))
        {
            yield return job;
        }

        yield return Of("{}", "'train' is a required property");
        yield return Of("{\"test\":{}}", "'train' is a required property");
        yield return Of("{\"train\":{},\"validation\":{}}", "Additional properties are not allowed ('validation' was unexpected)");
        yield return Of("{\"Train\":{}}", "Additional properties are not allowed ('Train' was unexpected)");
        yield return Of("{\"train\":{},\"train\":{}}", "no valid JSON");
        foreach (var value in new[] { "null", "1", "\"File\"", "[]" })
        {
            yield return Of($"{{\"train\":{value}}}", $"{Invalid}. (caused by ValidationError) channel train: must be an object");
        }

        foreach (var type in new[] { "text/plain", "csv", "text/csv,application/json", "application/json", "application/jsonlines", "application/x-image", "image/png", "application/x-recordio", "text/libsvm", ";", "*/*" })
        {
            yield return Train($"\"ContentType\":\"{type}\"", Invalid);
        }

        foreach (var type in new[] { "text/csv;label_size=-1", "text/csv;label_size=x", "text/csv;label_size=", "text/csv;label_size", "text/csv;label_size=1.0", "text/csv;label_size=99999999999", "text/csv;label_size=0;label_size=1", "text/csv;header=yes", "text/csv;charset=latin1", "text/csv;=0", "application/x-recordio-protobuf;label_size=0", "application/x-recordio-protobuf;version=2", "application/x-parquet;label_size=1" })
        {
            yield return Train($"\"ContentType\":\"{type}\"", Invalid);
        }

        foreach (var (name, value) in new[] { "TrainingInputMode", "S3DistributionType", "RecordWrapperType" }.SelectMany(name => new[] { "file", "None ", "x", "Fully" }, (name, value) => (name, value)))
        {
            yield return Train($"\"{name}\":\"{value}\"", $"{name} '{value}' is not one of");
        }

        foreach (var name in new[] { "ContentType", "TrainingInputMode", "S3DistributionType", "RecordWrapperType" })
        {
            yield return Train($"\"{name}\":1", $"{name} must be a text");
            yield return Train($"\"{name}\":[\"File\"]", $"{name} must be a text");
        }

        yield return Train("\"ContentType\":\"\\udc00\"", "no valid Unicode");
        yield return new MalformedJob("no such folder", "no such folder", root => Directory.Delete(root.Paths.Channel(Channel.Train), recursive: true));
        yield return new MalformedJob("no files", "the folder has no files", root => File.Delete(Path.Combine(root.Paths.Channel(Channel.Train), "part-0")));
        yield return new MalformedJob("hidden files alone", "the folder has no files", root => File.Move(Path.Combine(root.Paths.Channel(Channel.Train), "part-0"), Path.Combine(root.Paths.Channel(Channel.Train), "_part-0")));
        yield return new MalformedJob("no folder and no configuration", "no such folder", root =>
        {
            Directory.Delete(root.Paths.Channel(Channel.Train), recursive: true);
            File.Delete(root.Paths.InputData);
        });
    }

    /// <summary>resourceconfig.json.</summary>
    public static IEnumerable<MalformedJob> Hosts()
    {
        MalformedJob Of(string content, string reason) => MalformedJob.Configuration(paths => paths.Resources, reason, content);
        foreach (var job in Files(paths => paths.Resources))
        {
            yield return job;
        }

        yield return Of("{}", "has no current_host");
        yield return Of("{\"hosts\":[\"algo-1\"]}", "has no current_host");
        yield return Of("{\"current_host\":null,\"hosts\":[\"algo-1\"]}", "has no current_host");
        yield return Of("{\"current_host\":1,\"hosts\":[\"algo-1\"]}", "current_host must be a text");
        yield return Of("{\"current_host\":\"algo-2\",\"hosts\":[\"algo-1\"]}", "current_host 'algo-2' is not among hosts");
        yield return Of("{\"current_host\":\"algo-1\",\"hosts\":[\"algo-1\",\"algo-1\"]}", "names a host twice");
        foreach (var hosts in new[] { "null", "\"algo-1\"", "[]", "{}", "1" })
        {
            yield return Of($"{{\"current_host\":\"algo-1\",\"hosts\":{hosts}}}", "hosts must be a list of 1 to 1024 names");
        }

        yield return Of("{\"current_host\":\"algo-1\"}", "hosts must be a list");
        foreach (var host in new[] { "\"\"", "1", "null", "\"a b\"", "\"a/b\"", "\"a:1\"", "\"-a\"", "\"http://a\"", "\"..\"", $"\"{new string('a', 300)}\"" })
        {
            yield return Of($"{{\"current_host\":\"algo-1\",\"hosts\":[\"algo-1\",{host}]}}", "which is no host's name");
        }
    }

    private static IEnumerable<MalformedJob> Files(Func<ContainerPaths, string> file)
    {
        foreach (var content in NoJson)
        {
            yield return MalformedJob.Configuration(file, "is no valid JSON", content);
        }

        foreach (var content in NoObject)
        {
            yield return MalformedJob.Configuration(file, "must hold a JSON object", content);
        }

        yield return MalformedJob.Configuration(file, "more than the 4194304 that are read", new string(' ', (4 << 20) + 1));
    }

    private static string Job(string name, string value) =>
        $"{{{string.Join(',', new Dictionary<string, string> { ["k"] = "10", ["feature_dim"] = "6", [name] = value }.Select(entry => $"\"{entry.Key}\":\"{entry.Value}\""))}}}";
}
