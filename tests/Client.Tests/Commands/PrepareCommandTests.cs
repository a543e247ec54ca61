using KMeans.Client.Tests.Support;

namespace KMeans.Client.Tests.Commands;

public sealed class PrepareCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public PrepareCommandTests() => folder.Write("raw.csv", "id,kind,x,y\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"k{i},{"ab"[i % 2]},{((i % 2) * 100) + (i % 5)},{(i % 50 == 7 ? "" : $"{i % 3}")}\n")));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Prepare_TrainAndPredictOnRawRows_TakeTheSameSteps()
    {
        var prepared = RunKMeans.In(folder, "prepare", "--input", "raw.csv", "--exclude", "id", "--one-hot", "kind", "--where", "x != 3", "--scale", "standard", "--missing", "drop", "--keep", "id", "--output", "rows.parquet", "--quiet");
        Assert.Equal((0, ""), (prepared.ExitCode, prepared.Error));
        Assert.Contains("176 of 200 rows kept; left out: 20 by --where, 4 that lack a value", prepared.Output, StringComparison.Ordinal);
        Assert.Contains("4 features, 176 rows in rows.parquet", prepared.Output, StringComparison.Ordinal);

        Assert.Equal(0, RunKMeans.In(folder, "train", "--input", "rows.parquet", "--k", "2", "--output", "model", "--quiet").ExitCode);
        Assert.Equal(0, RunKMeans.In(folder, "predict", "--model", "model", "--input", "rows.parquet", "--keep", "id", "--output", "a.csv").ExitCode);
        var raw = RunKMeans.In(folder, "predict", "--model", "model", "--input", "raw.csv", "--keep", "id", "--output", "b.csv");
        Assert.Contains("24 rows lack a value or are left out by the model's recipe", raw.Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllLines(folder["a.csv"]), File.ReadAllLines(folder["b.csv"]).Where(line => !line.EndsWith(",,", StringComparison.Ordinal)));
        Assert.Equal(201, File.ReadAllLines(folder["b.csv"]).Length);

        // The same from raw rows without the file between them.
        Assert.Equal(0, RunKMeans.In(folder, "train", "--input", "raw.csv", "--recipe", "rows.parquet", "--k", "2", "--output", "direct", "--quiet").ExitCode);
        Assert.Equal(RunKMeans.In(folder, "score", "--model", "direct", "--input", "raw.csv", "--json").Output, RunKMeans.In(folder, "score", "--model", "model", "--input", "raw.csv", "--json").Output);
    }

    [Theory]
    [InlineData("--where, position 4: expected a column, a number, a text or a parenthesis, found '>'.", "--where", "x >> 1")]
    [InlineData("--one-hot kind:0: after the colon comes how many categories to keep, from 1 to 100,000.", "--one-hot", "kind:0")]
    [InlineData("--test-share: says how many rows go into --test-output, which is missing; add it.", "--test-share", "0.5")]
    [InlineData("out.csv: prepared rows are Parquet; choose a name that ends with .parquet.", "--output", "out.csv")]
    public void Prepare_WithAWrongArgument_SaysSoInOneLineAndWritesNothing(string expected, params string[] arguments)
    {
        string[] output = arguments[0] == "--output" ? [] : ["--output", "out.parquet"];
        string[] categories = arguments[0] == "--one-hot" ? [] : ["--one-hot", "kind"];
        var ran = RunKMeans.In(folder, ["prepare", "--input", "raw.csv", "--exclude", "id", "--quiet", .. output, .. categories, .. arguments]);
        Assert.Equal((2, $"kmeans: {expected}\n"), (ran.ExitCode, ran.Error.ReplaceLineEndings("\n")));
        Assert.Equal(["raw.csv"], folder.Entries);
    }

    [Fact]
    public void Prepare_WithARecipeAndAStep_RefusesTheStep()
    {
        var ran = RunKMeans.In(folder, "prepare", "--recipe", "rows.parquet", "--where", "x > 1", "--input", "raw.csv", "--output", "out.parquet");
        Assert.Equal((2, "kmeans: --where: a recipe says all that; leave --where or --recipe out.\n"), (ran.ExitCode, ran.Error.ReplaceLineEndings("\n")));
    }
}
