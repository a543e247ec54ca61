using System.Text.Json.Nodes;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Tuning;

namespace KMeans.Http.Tests.Service.Tuning;

public class TrialsTests
{
    [Fact]
    public void List_OfAGrid_HasAllCombinationsInOrder()
    {
        var trials = Trials.List(Plan(isGrid: true, most: 100, """{"IntegerParameterRanges":[{"Name":"epochs","MinValue":"1","MaxValue":"3"}],"CategoricalParameterRanges":[{"Name":"init_method","Values":["random","kmeans++"]}]}"""));

        Assert.Equal(["1 random", "1 kmeans++", "2 random", "2 kmeans++", "3 random", "3 kmeans++"], trials.Select(trial => $"{trial["epochs"]} {trial["init_method"]}"));
    }

    [Fact]
    public void List_OfDraws_HasEachOnce_AllOfASmallSpace_AndTheSameForTheSameSeed()
    {
        const string ranges = """{"IntegerParameterRanges":[{"Name":"epochs","MinValue":"1","MaxValue":"4"}],"CategoricalParameterRanges":[{"Name":"init_method","Values":["random","kmeans++"]}]}""";

        var trials = Trials.List(Plan(isGrid: false, most: 100, ranges)).Select(trial => $"{trial["epochs"]} {trial["init_method"]}").ToList();

        Assert.Equal(8, trials.Distinct().Count());
        Assert.Equal(8, trials.Count);
        Assert.Equal(trials, Trials.List(Plan(isGrid: false, most: 100, ranges)).Select(trial => $"{trial["epochs"]} {trial["init_method"]}"));
        Assert.NotEqual(trials, Trials.List(Plan(isGrid: false, most: 100, ranges) with { Seed = 2 }).Select(trial => $"{trial["epochs"]} {trial["init_method"]}"));
    }

    [Theory]
    [InlineData("Linear", 0.45, 0.55)]
    [InlineData("Logarithmic", 0.02, 0.04)]
    [InlineData("ReverseLogarithmic", 0.96, 0.98)]
    public void Draw_OfARange_IsEvenInItsScale(string scaling, double low, double high)
    {
        var (least, most) = scaling switch { "Linear" => ("0", "1"), "Logarithmic" => ("0.001", "1"), _ => ("0", "0.999") };
        var plan = Plan(isGrid: false, most: 1000, $$"""{"ContinuousParameterRanges":[{"Name":"local_lloyd_tol","MinValue":"{{least}}","MaxValue":"{{most}}","ScalingType":"{{scaling}}"}]}""");

        var values = Trials.List(plan).Select(trial => double.Parse(trial["local_lloyd_tol"], System.Globalization.CultureInfo.InvariantCulture)).Order().ToList();

        Assert.Equal(1000, values.Count);
        Assert.InRange(values[500], low, high);
        Assert.InRange(values[0], double.Parse(least, System.Globalization.CultureInfo.InvariantCulture), values[^1]);
    }

    [Theory]
    [InlineData("""{"IntegerParameterRanges":[{"Name":"epochs","MinValue":"5","MaxValue":"3"}]}""")]
    [InlineData("""{"IntegerParameterRanges":[{"Name":"epochs","MinValue":"one","MaxValue":"3"}]}""")]
    [InlineData("""{"IntegerParameterRanges":[{"Name":"epochs","MinValue":"0","MaxValue":"3","ScalingType":"Logarithmic"}]}""")]
    [InlineData("""{"ContinuousParameterRanges":[{"Name":"local_lloyd_tol","MinValue":"0","MaxValue":"NaN"}]}""")]
    [InlineData("""{"CategoricalParameterRanges":[{"Name":"init_method","Values":[]}]}""")]
    [InlineData("""{"CategoricalParameterRanges":[{"Name":"a","Values":["x"]},{"Name":"a","Values":["y"]}]}""")]
    [InlineData("{}")]
    public void Parse_OfWrongRanges_RefusesThem(string ranges) =>
        Assert.Equal("ValidationException", Assert.Throws<ApiException>(() => ParameterRange.Parse(ApiFields.Of(JsonNode.Parse(ranges)!.AsObject()))).Code);

    private static TuningPlan Plan(bool isGrid, int most, string ranges) => new()
    {
        Name = "tuning",
        IsGrid = isGrid,
        Ranges = ParameterRange.Parse(ApiFields.Of(JsonNode.Parse(ranges)!.AsObject())),
        MostTrials = most,
        Parallel = 1,
        MaxRuntime = null,
        Seed = 1,
        Metric = "train:msd",
        Maximizes = false,
        Definition = [],
        Tags = new Dictionary<string, string>(),
    };
}
