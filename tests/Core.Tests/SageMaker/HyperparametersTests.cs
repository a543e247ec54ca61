using KMeans.SageMaker;
using KMeans.Training;

namespace KMeans.Tests.SageMaker;

public class HyperparametersTests
{
    [Fact]
    public void Parse_OfTheOfficialNotebooksJob_TakesEveryValue()
    {
        var read = Hyperparameters.Parse(Job(
            ("epochs", "3"), ("mini_batch_size", "3000"), ("extra_center_factor", "4"), ("init_method", "kmeans++"), ("half_life_time_size", "100"), ("local_lloyd_init_method", "random"),
            ("local_lloyd_max_iter", "12"), ("local_lloyd_num_trials", "5"), ("local_lloyd_tol", "0.01"), ("eval_metrics", """["ssd"]"""), ("force_dense", "True"), ("seed", "9")));

        Assert.Equal(
            new TrainingOptions
            {
                ClusterCount = 10,
                Seed = 9,
                Epochs = 3,
                MiniBatchSize = 3000,
                ExtraCenterFactor = 4,
                InitMethod = InitMethod.KMeansPlusPlus,
                HalfLifeTimeSize = 100,
                LocalLloydInitMethod = InitMethod.Random,
                LocalLloydMaxIterations = 12,
                LocalLloydTrials = 5,
                LocalLloydTolerance = 0.01,
            },
            read.Options);
        Assert.Equal(784, read.FeatureDim);
        Assert.Equal([EvaluationMetric.Ssd], read.Metrics);
        Assert.True(read.ForceDense);
    }

    [Fact]
    public void Parse_OfWhatIsRequiredAlone_LeavesTheRestAutomatic()
    {
        var read = Hyperparameters.Parse(Job());

        Assert.Equal(new TrainingOptions { ClusterCount = 10 }, read.Options);
        Assert.Equal([EvaluationMetric.Msd, EvaluationMetric.Ssd], read.Metrics);
    }

    [Fact]
    public void Parse_OfTheWordAuto_IsAsIfNothingWereGiven()
    {
        var names = new[]
        {
            "epochs", "mini_batch_size", "extra_center_factor", "init_method", "half_life_time_size", "local_lloyd_init_method", "local_lloyd_max_iter", "local_lloyd_num_trials", "local_lloyd_tol",
            "eval_metrics", "force_dense", "seed",
        };

        Assert.Equal(Hyperparameters.Parse(Job()).Options, Hyperparameters.Parse(Job([.. names.Select(name => (name, "auto"))])).Options);
    }

    [Fact]
    public void Parse_WithStrictDefaults_TakesThoseThatTheTableNames()
    {
        var given = Job([.. HyperparameterTable.All.Where(parameter => parameter.Default is not null).Select(parameter => (parameter.Name, parameter.Default!))]);

        var strict = Hyperparameters.Parse(Job(), strictDefaults: true);

        Assert.Equal(Hyperparameters.Parse(given).Options with { ExtraCenterFactor = 10, LocalLloydTrials = 10 }, strict.Options);
        Assert.Equal([EvaluationMetric.Msd], strict.Metrics);
        Assert.Equal(strict.Options, Hyperparameters.Parse(given, strictDefaults: true).Options);
    }

    [Fact]
    public void Parse_WithStrictDefaults_KeepsWhatIsGiven() =>
        Assert.Equal(7, Hyperparameters.Parse(Job(("extra_center_factor", "7")), strictDefaults: true).Options.ExtraCenterFactor);

    [Theory]
    [InlineData("""["msd","ssd"]""", "msd ssd")]
    [InlineData("""[ "ssd" , "msd" ]""", "ssd msd")]
    [InlineData("[ssd, msd]", "ssd msd")]
    [InlineData("['msd']", "msd")]
    [InlineData("msd", "msd")]
    [InlineData("msd,ssd", "msd ssd")]
    [InlineData("\"ssd\"", "ssd")]
    [InlineData("[msd, msd]", "msd")]
    public void Parse_OfMetrics_IsLenientAboutQuotesAndBrackets(string text, string metrics) =>
        Assert.Equal(metrics, string.Join(' ', Hyperparameters.Parse(Job(("eval_metrics", text))).Metrics.Select(metric => metric == EvaluationMetric.Msd ? "msd" : "ssd")));

    [Fact]
    public void Parse_OfTheContainersUndocumentedNames_AcceptsThem()
    {
        var ignored = HyperparameterTable.All.Where(parameter => parameter.IsIgnored).Select(parameter => (parameter.Name, parameter.Default!)).ToArray();

        Assert.Equal(9, ignored.Length);
        Assert.Equal(Hyperparameters.Parse(Job()).Options, Hyperparameters.Parse(Job(ignored)).Options);
    }

    [Fact]
    public void Parse_WithNothing_NamesBothThatAreRequired() =>
        Assert.Equal("ClientError: No value(s) were specified for 'k', 'feature_dim' which are required hyperparameter(s) (caused by ValidationError)", Error());

    [Fact]
    public void Parse_OfAMisspelledName_RefusesIt() =>
        Assert.Equal("ClientError: Additional properties are not allowed ('mini_batch_siz' was unexpected) (caused by ValidationError)", Error(("k", "1"), ("feature_dim", "1"), ("mini_batch_siz", "3")));

    [Fact]
    public void Parse_WithSeveralMistakes_TellsAllOfThem()
    {
        var error = Error(("feature_dim", "abc"), ("K", "3"), ("local_lloyd_tol", "2"), ("init_method", "KMeans++"));

        Assert.Equal(
            "ClientError: No value(s) were specified for 'k' which are required hyperparameter(s) (caused by ValidationError); "
            + "ClientError: Additional properties are not allowed ('K' was unexpected) (caused by ValidationError); "
            + "AlgorithmError: 'KMeans++' is not one of ['random', 'kmeans++']. Failed validating 'enum' in schema['properties']['init_method']: init_method must be one of random, kmeans++; "
            + "AlgorithmError: '2' is not valid under any of the given schemas. Failed validating 'oneOf' in schema['properties']['local_lloyd_tol']: local_lloyd_tol must be a number from 0 to 1; "
            + "AlgorithmError: 'abc' is not valid under any of the given schemas. Failed validating 'oneOf' in schema['properties']['feature_dim']: feature_dim must be a positive whole number",
            error);
    }

    [Theory]
    [InlineData("eval_metrics", "rmse", "ClientError: Hyperparameter must be valid json, but found eval_metrics: rmse (caused by ValueError)")]
    [InlineData("eval_metrics", "", "ClientError: Hyperparameter must be valid json")]
    [InlineData("eval_metrics", "[]", "AlgorithmError: '[]' is not one of ['msd', 'ssd']")]
    [InlineData("eval_metrics", "[rmse]", "AlgorithmError: '[rmse]' is not one of")]
    [InlineData("k", "auto", "AlgorithmError: 'auto' is not valid")]
    [InlineData("k", "16777217", "ClientError: k 16777217 x extra_center_factor 1 is too large")]
    [InlineData("extra_center_factor", "16777217", "ClientError: k 10 x extra_center_factor 16777217 is too large")]
    [InlineData("force_dense", "yes", "AlgorithmError: 'yes' is not one of ['true', 'false']")]
    public void Parse_OfAWrongValue_SaysWhatIsAllowed(string name, string value, string error) => Assert.StartsWith(error, Error([("k", "10"), ("feature_dim", "784"), (name, value)]), StringComparison.Ordinal);

    /// <summary>Every number with every text that is none of its own.</summary>
    [Fact]
    public void Parse_OfMalformedNumbers_RefusesEachOfThem()
    {
        string[] texts = ["", " ", "x", "-1", "+1", " 1", "1 ", "1.5", "1e3", "0x10", "1,000", "NaN", "Infinity", "null", "[1]", "\"1\"", "99999999999999999999", "\u0661", "true", "1\n"];
        var numbers = HyperparameterTable.All.Where(parameter => parameter.Kind == HyperparameterKind.Whole).ToList();

        foreach (var (parameter, text) in numbers.SelectMany(parameter => texts.Append(parameter.Least == 1 ? "0" : "-0"), (parameter, text) => (parameter, text)))
        {
            var error = Error([("k", "10"), ("feature_dim", "784"), (parameter.Name, text)]);
            Assert.StartsWith("AlgorithmError: ", error, StringComparison.Ordinal);
            Assert.Contains($"{parameter.Name} must be", error, StringComparison.Ordinal);
        }

        foreach (var text in new[] { "", "x", "-0.1", "1.01", "NaN", "Infinity", "1e", "0,1", "1e400", "\u0661" })
        {
            Assert.Contains("local_lloyd_tol must be a number from 0 to 1", Error([("k", "10"), ("feature_dim", "784"), ("local_lloyd_tol", text)]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Parse_OfALongValue_ShowsItsBeginning() => Assert.True(Error(("k", new string('9', 2500)), ("feature_dim", "1")).Length < 400);

    private static string Error(params (string Name, string Value)[] values)
    {
        var map = new Dictionary<string, string>();
        foreach (var (name, value) in values)
        {
            map[name] = value;
        }

        return Assert.Throws<InputException>(() => Hyperparameters.Parse(map)).Message;
    }

    private static Dictionary<string, string> Job(params (string Name, string Value)[] more) =>
        new([new("k", "10"), new("feature_dim", "784"), .. more.Select(pair => new KeyValuePair<string, string>(pair.Name, pair.Value))]);
}
