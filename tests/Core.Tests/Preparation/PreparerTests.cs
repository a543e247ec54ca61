using System.Globalization;
using KMeans.Input;
using KMeans.Models;
using KMeans.Preparation;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Preparation;

public sealed class PreparerTests : IDisposable
{
    private const string Small = "id,kind,x,y\na1,red,1,10\na2,blue,2,\na3,red,3,30\na4,green,4,40\na5,blue,100,20\n";

    private readonly TemporaryFolder folder = new();

    private static PreparationOptions Options => new() { Exclude = ["id"], OneHot = [("kind", null)], Missing = MissingNumbers.Keep };

    private string Out => folder.File("out.parquet");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Run_WithoutStatistics_SelectsAndEncodes()
    {
        var result = Prepared.Run(folder, Small, Options with { Where = "x < 50" });
        var (names, rows) = Prepared.Read(Out);
        Assert.Equal(["x", "y", "kind_blue", "kind_green", "kind_red"], names);
        Assert.Equal([[1, 10, 0, 0, 1], [2, double.NaN, 1, 0, 0], [3, 30, 0, 0, 1], [4, 40, 0, 1, 0]], rows);
        Assert.Equal((5, 4, 1), (result.Read, result.Written, result.Filtered));
    }

    [Theory]
    [InlineData(OtherCategories.Drop, "1,0;0,1;1,0;0,1")]
    [InlineData(OtherCategories.Zeros, "1,0;0,1;1,0;0,0;0,1")]
    [InlineData(OtherCategories.Column, "1,0,0;0,1,0;1,0,0;0,0,1;0,1,0")]
    public void Run_WithFewCategories_TreatsTheOthersAsAsked(OtherCategories others, string expected)
    {
        // Numbers as categories are in the order of numbers: 9 before 10.
        Prepared.Run(folder, "code,x\n9,1\n010,2\n9,3\n7,4\n10,5\n", new PreparationOptions { OneHot = [("code", 2)], Others = others });
        var (names, rows) = Prepared.Read(Out);
        Assert.Equal(["x", "code_9", "code_10", .. others == OtherCategories.Column ? ["code_other"] : Array.Empty<string>()], names);
        Assert.Equal(expected, string.Join(';', rows.Select(row => string.Join(',', row.Skip(1)))));
    }

    [Fact]
    public void Run_WithTextOption_KeepsLeadingZerosApart()
    {
        Prepared.Run(folder, "code,x\n7,1\n007,2\n", new PreparationOptions { OneHot = [("code", null)], Text = ["code"] });
        Assert.Equal(["x", "code_007", "code_7"], Prepared.Read(Out).Names);
    }

    [Fact]
    public void Run_WithMedianAndStandard_FillsBeforeItScales()
    {
        var result = Prepared.Run(folder, Small, Options with { Missing = MissingNumbers.Median, Scale = ColumnSpread.Standard });
        var (_, rows) = Prepared.Read(Out);
        var y = new double[] { 10, 25, 30, 40, 20 };
        var deviation = Math.Sqrt(y.Sum(value => (value - 25) * (value - 25)) / 5);
        Assert.Equal(y.Select(value => (value - 25) / deviation), rows.Select(row => row[1]), (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal(25, result.Recipe.Columns[1].Fill);
        Assert.Equal([0, 0, 1], rows[0][2..]);
    }

    [Fact]
    public void Run_WithRobust_SubtractsTheMedianAndDividesByTheQuartiles()
    {
        Prepared.Run(folder, Small, Options with { Scale = ColumnSpread.Robust });
        Assert.Equal([-1, -0.5, 0, 0.5, 48.5], Prepared.Read(Out).Rows.Select(row => row[0]));
    }

    [Fact]
    public void Run_WithLog_IsOddAndExactToTwelveDigits()
    {
        double[] values = [-5, -1e-7, 0, 1e-9, 1e-5, 2e-5, 0.5, 1e9];
        Prepared.Run(folder, "x\n" + string.Join('\n', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture))) + "\n", new PreparationOptions { Log = ["x"], Header = true });
        foreach (var (value, logarithm) in values.Zip(Prepared.Read(Out).Rows.Select(row => row[0])))
        {
            // ln(1 + x) without losing x, by Kahan's correction.
            var one = 1 + Math.Abs(value);
            var expected = one == 1 ? Math.Abs(value) : Math.Log(one) * Math.Abs(value) / (one - 1);
            Assert.InRange(Math.Abs(logarithm - (Math.Sign(value) * expected)), 0, 2e-12 * Math.Max(1e-3, expected));
        }
    }

    [Theory]
    [InlineData(MissingNumbers.Drop, 4)]
    [InlineData(MissingNumbers.Keep, 5)]
    [InlineData(MissingNumbers.Mean, 5)]
    public void Run_WhereNumbersAreMissing_KeepsAsManyRowsAsAsked(MissingNumbers missing, int rows)
    {
        Assert.Equal(rows, Prepared.Run(folder, Small, Options with { Missing = missing }).Written);
        Assert.Equal(missing == MissingNumbers.Keep ? 1 : 0, Prepared.Read(Out).Rows.Count(row => row.Any(double.IsNaN)));
    }

    [Fact]
    public void Run_WhereNumbersMayNotBeMissing_NamesTheLineAndLeavesNothing()
    {
        var error = Assert.Throws<InputException>(() => Prepared.Run(folder, Small, Options with { Missing = MissingNumbers.Error }));
        Assert.Equal($"{folder.File("raw.csv")}: line 3, column 'y': the value is missing or not finite; use --missing drop, mean, median or keep, or --exclude the column.", error.Message);
        Assert.Equal([folder.File("raw.csv")], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Run_WithKeptColumns_CopiesThemBesideAndNotAmongTheFeatures()
    {
        Prepared.Run(folder, Small, Options with { Exclude = [] }, new PreparedOutput { Path = Out, Keep = ["id", "kind"] });
        Assert.Equal(["a1", "a2", "a3", "a4", "a5"], Prepared.ReadValues(Out, "id"));
        Assert.Equal(["red", "blue", "red", "green", "blue"], Prepared.ReadValues(Out, "kind"));
        Assert.Equal(5, Prepared.Read(Out).Names.Length);
    }

    [Fact]
    public void Run_WithAKeptColumnThatIsAFeatureToo_IsRefused()
    {
        var error = Assert.Throws<InputException>(() => Prepared.Run(folder, Small, Options with { Columns = ["x"] }, new PreparedOutput { Path = Out, Keep = ["x"] }));
        Assert.StartsWith("--keep x: is the name of a feature too", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_OnAPreparedFileWithWeights_TakesThemAsNumbers()
    {
        Prepared.Run(folder, "w,x\n1,0\n3,4\n", new PreparationOptions(), new PreparedOutput { Path = Out, WeightColumn = "w" });
        using var input = InputSet.Create(InputFiles.Open([Out], new InputFormatOptions()), new ColumnChoice(WeightColumn: "w"));
        Assert.Equal(["x"], input.FeatureNames);
        Assert.Equal([3.0], Trainer.Train(input, new TrainingOptions { ClusterCount = 1 }).Model.CentersInColumnUnits);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_WithAnyThreads_GivesTheSameBytes(bool shuffle)
    {
        // Each file is a partition of its own.
        foreach (var part in Enumerable.Range(0, 7))
        {
            folder.Write($"raw/part{part}.csv", Large(5_000, part * 5_000));
        }

        var options = new PreparationOptions { OneHot = [("kind", 3)], Missing = MissingNumbers.Mean, Scale = ColumnSpread.Robust, Where = "x > -1" };
        byte[]? first = null;
        foreach (var threads in new[] { 1, 2, 5 })
        {
            var output = new PreparedOutput { Path = Out, TestPath = folder.File("test.parquet"), TestShare = 0.2, Shuffle = shuffle, Keep = ["id"], Overwrite = true };
            var result = Preparer.Run(InputFiles.Open([folder.File("raw")], new InputFormatOptions()), options, output, threads);
            Assert.InRange(result.Test / (double)result.Written, 0.19, 0.21);
            byte[] bytes = [.. File.ReadAllBytes(Out), .. File.ReadAllBytes(output.TestPath)];
            Assert.Equal(first ??= bytes, bytes);
        }

        Assert.Equal(3, Directory.EnumerateFileSystemEntries(folder.Path).Count());
    }

    [Fact]
    public void Run_WithShuffle_GivesEveryRowOnceInAnotherOrderForEachSeed()
    {
        var csv = Large(5_000);
        var orders = new[] { 1, 2 }.Select(seed =>
        {
            Prepared.Run(folder, csv, new PreparationOptions { Exclude = ["kind"], Missing = MissingNumbers.Keep }, new PreparedOutput { Path = Out, Shuffle = true, Seed = seed, Keep = ["id"], Overwrite = true });
            return Prepared.ReadValues(Out, "id").Select(id => int.Parse(id, CultureInfo.InvariantCulture)).ToArray();
        }).ToArray();
        Assert.All(orders, order => Assert.Equal(Enumerable.Range(0, 5_000), order.Order()));
        Assert.NotEqual(orders[0], orders[1]);

        // Of a random order the neighbours are far apart: by n / 3 on average.
        Assert.All(orders, order => Assert.InRange(order.Zip(order.Skip(1), (a, b) => Math.Abs(a - (double)b)).Average(), 1_500, 1_850));
    }

    [Fact]
    public void Run_WithTestOutput_KeepsEqualRowsTogetherWhateverElseThereIs()
    {
        string Rows(int more) => "x,y\n" + string.Concat(Enumerable.Range(0, 300).Concat(Enumerable.Range(0, 300)).Concat(Enumerable.Range(1000, more)).Select(i => $"{i},{i % 7}\n"));
        double[] Test(int more)
        {
            var test = folder.File("test.parquet");
            Prepared.Run(folder, Rows(more), new PreparationOptions(), new PreparedOutput { Path = Out, TestPath = test, TestShare = 0.3, Overwrite = true });
            return [.. Prepared.Read(test).Rows.Select(row => row[0]).Where(x => x < 1000)];
        }

        var alone = Test(0);
        Assert.InRange(alone.Length, 120, 240);
        Assert.All(alone.GroupBy(x => x), group => Assert.Equal(2, group.Count()));
        Assert.Equal(alone, Test(500));
    }

    [Fact]
    public void Recipe_OfAModel_IsAppliedToRawRows()
    {
        var csv = Large(3_000);
        var options = new PreparationOptions { OneHot = [("kind", 3)], Missing = MissingNumbers.Drop, Scale = ColumnSpread.Standard, Log = ["x"], Where = "x > 0", Exclude = ["id"] };
        var result = Prepared.Run(folder, csv, options);
        using var prepared = InputSet.Create(InputFiles.Open([Out], new InputFormatOptions()), new ColumnChoice());
        var trained = Trainer.Train(prepared, new TrainingOptions { ClusterCount = 4 });
        ModelFolder.Save(folder.File("model"), trained, overwrite: false);
        var model = ModelFolder.Load(folder.File("model"), withState: false);
        Assert.Equal(RecipeText.Write(result.Recipe), RecipeText.Write(model.Recipe!));

        using var raw = InputSet.Match(
            PreparedInputFile.Wrap(InputFiles.Open([folder.File("raw.csv")], new InputFormatOptions()), model.Recipe), model.Columns, model.ColumnsAreNamed, new ColumnChoice());
        var rows = Prepared.Read(raw);
        Assert.Equal(3_000, rows.Length);
        Assert.Equal(Prepared.Read(prepared), rows.Where(row => !double.IsNaN(row[0])));

        var (onPrepared, onRaw) = (Trainer.Score(model, prepared), Trainer.Score(model, raw));
        Assert.Equal((onPrepared.Rows, 3_000 - onPrepared.Rows), (onRaw.Rows, onRaw.SkippedRows));
        Assert.Equal(onPrepared.Ssd, onRaw.Ssd, onPrepared.Ssd * 1e-12);
    }

    [Fact]
    public void Recipe_OnOtherRows_GivesTheSameFeatures()
    {
        var first = Prepared.Run(folder, Small, Options with { Missing = MissingNumbers.Mean, Scale = ColumnSpread.Standard });
        var again = Preparer.Run(
            InputFiles.Open([folder.Write("other.csv", "y,kind,x,id,more\n25,red,22,b,1\n,blue,22,c,1\n")], new InputFormatOptions()), RecipeText.Load(Out),
            new PreparedOutput { Path = folder.File("other.parquet") });
        Assert.Equal(RecipeText.Write(first.Recipe), RecipeText.Write(again.Recipe));
        var (names, rows) = Prepared.Read(folder.File("other.parquet"));
        Assert.Equal(Prepared.Read(Out).Names, names);
        Assert.Equal([[0, 0, 0, 0, 1], [0, 0, 1, 0, 0]], rows);
    }

    [Fact]
    public void Wrap_OfAFileOfAnotherRecipe_IsRefused()
    {
        var recipe = Prepared.Run(folder, Small, Options).Recipe;
        Prepared.Run(folder, Small, Options with { Where = "x > 1" });
        var error = Assert.Throws<InputException>(() => PreparedInputFile.Wrap(InputFiles.Open([Out], new InputFormatOptions()), recipe));
        Assert.Contains("prepared with another recipe", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfADamagedRecipe_IsRefused()
    {
        var text = RecipeText.Write(Prepared.Run(folder, Small, Options).Recipe);
        foreach (var (from, to) in new[] { ("\"version\":1", "\"version\":9"), ("\"keep\"", "\"kept\""), ("\"others\"", "\"other\""), ("\"blue\"", "\"red\"") })
        {
            Assert.Contains("recipe", Assert.Throws<InputException>(() => RecipeText.Read(text.Replace(from, to, StringComparison.Ordinal), "file")).Message + " recipe", StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--one-hot nope", "no column 'nope'")]
    [InlineData("--where", "position 3")]
    [InlineData("text", "kind")]
    [InlineData("nothing", "none of 5 rows is left")]
    public void Run_OfWrongWishes_SaysWhichAndLeavesNothing(string what, string expected)
    {
        var options = what switch
        {
            "--one-hot nope" => Options with { OneHot = [("nope", 2)] },
            "--where" => Options with { Where = "x $ 1" },
            "text" => Options with { OneHot = [] },
            _ => Options with { Where = "x > 1000" },
        };
        Assert.Contains(expected, Assert.Throws<InputException>(() => Prepared.Run(folder, Small, options)).Message, StringComparison.Ordinal);
        Assert.Equal([folder.File("raw.csv")], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    private static string Large(int rows, int first = 0)
    {
        var random = new CounterRandom(5, RandomPurpose.Generation);
        var lines = Enumerable.Range(first, rows).Select(i => $"{i},{"abcde"[(int)random.Below(i, 5)]},{(random.Unit(i + 1_000_000) * 100) - 5:0.0000},{(i % 11 == 0 ? "" : $"{i % 100}")}");
        return "id,kind,x,y\n" + string.Join('\n', lines) + "\n";
    }
}
