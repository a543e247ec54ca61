using KMeans.Input;
using KMeans.Tests.Support;

namespace KMeans.Tests.Input;

public class ColumnResolverTests
{
    private static readonly InputColumn[] Columns =
        [new("id", "text", 0, "is text"), new("x", "double"), new("y", "int64"), new("embedding", "list of float, 3 long", 3), new("w", "double"), new("tags", "group", 0, "is nested")];

    [Fact]
    public void Create_WithTextColumns_ListsThemAndSaysHowToExcludeThem()
    {
        var error = Assert.Throws<InputException>(() => InputSet.Create([File("a")], new ColumnChoice()));
        Assert.Equal("a: not numeric: column 'id' is text, 'tags' is nested; leave them out with --exclude id,tags.", error.Message);
    }

    [Fact]
    public void Create_WithExclusionsAndWeights_TakesTheOthersInFileOrder()
    {
        using var input = InputSet.Create([File("a")], new ColumnChoice(null, ["id", "tags"], "w"));
        Assert.Equal(["x", "y", "embedding[0]", "embedding[1]", "embedding[2]"], input.FeatureNames);
        Assert.True(input.IsWeighted);
    }

    [Fact]
    public void Create_WithColumns_TakesThemInTheOrderGiven()
    {
        using var input = InputSet.Create([File("a")], new ColumnChoice(["y", "x"]));
        Assert.Equal(["y", "x"], input.FeatureNames);
    }

    [Theory]
    [InlineData("z", "a: no column 'z' (--columns); the file has id, x, y, embedding, w, tags.")]
    [InlineData("id", "a: not numeric: column 'id' is text; choose others with --columns.")]
    public void Create_WithAnImpossibleColumn_SaysWhy(string column, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => InputSet.Create([File("a")], new ColumnChoice([column]))).Message);

    [Fact]
    public void Create_WithAColumnTwice_IsRefused() =>
        Assert.Equal("--columns: 'x' is named twice; name each column once.", Assert.Throws<InputException>(() => InputSet.Create([File("a")], new ColumnChoice(["x", "x"]))).Message);

    [Fact]
    public void Create_WithTwoColumnsOfOneName_IsRefusedUnlessTheyAreExcluded()
    {
        InputColumn[] columns = [new("x", "double"), new("y", "double"), new("x", "double")];
        Assert.StartsWith("a: several columns are named 'x'; rename them", Assert.Throws<InputException>(() => InputSet.Create([new StubFile("a", 1, columns: columns)], new ColumnChoice())).Message);
        using var input = InputSet.Create([new StubFile("a", 1, columns: columns)], new ColumnChoice(Exclude: ["x"]));
        Assert.Equal(["y"], input.FeatureNames);
    }

    [Fact]
    public void Create_WhenAFileLacksAColumn_NamesTheFile()
    {
        var error = Assert.Throws<InputException>(() => InputSet.Create([File("a"), new StubFile("b", 1, columns: new InputColumn("x", "double"))], new ColumnChoice(["x", "y"])));
        Assert.Equal("b: no column 'y'; the file has x.", error.Message);
    }

    [Fact]
    public void Match_WithoutNames_MatchesByPosition()
    {
        var unnamed = new StubFile("b.npy", 1, named: false, columns: [new InputColumn("c0", "float"), new InputColumn("c1", "float")]);
        using var input = InputSet.Match([unnamed], [new FeatureColumn("x", 1), new FeatureColumn("y", 1)], true, new ColumnChoice());
        Assert.Equal(["x", "y"], input.FeatureNames);
        Assert.Contains("has 2 numeric columns where 1 are expected", Assert.Throws<InputException>(() => InputSet.Match([unnamed], [new FeatureColumn("x", 1)], true, new ColumnChoice())).Message);
    }

    [Fact]
    public void Match_OfAListOfAnotherLength_IsRefused() =>
        Assert.Contains("column 'embedding' has 3 values a row where 4 are expected", Assert.Throws<InputException>(() => InputSet.Match([File("a")], [new FeatureColumn("embedding", 4)], true, new ColumnChoice())).Message);

    private static StubFile File(string path) => new(path, 1, columns: Columns);
}
