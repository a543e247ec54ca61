using KMeans.Input;
using KMeans.Prediction;
using KMeans.Preparation;
using KMeans.Preparation.Expressions;

namespace KMeans.Tests.Preparation.Expressions;

public sealed class ExpressionParserTests
{
    private static readonly string[] Numbers = ["x", "y", "gap", "odd name"];
    private static readonly string[] Texts = ["kind", "none"];

    /// <summary>One row: x = 3, y = -2, gap is missing, "odd name" = 5, kind = 'it''s', none is missing.</summary>
    private static readonly RawBatch Row = MakeRow();

    [Theory]
    [InlineData("x == 3", true)]
    [InlineData("x = 3 and y < 0", true)]
    [InlineData("x + y * 2 == -1", true)]
    [InlineData("(x + y) * 2 == 2", true)]
    [InlineData("x - 1 - 1 == 1", true)]
    [InlineData("12 / x / 2 == 2", true)]
    [InlineData("-x < -y", true)]
    [InlineData("- - x == 3", true)]
    [InlineData("not x == 3 or y == -2", true)]
    [InlineData("x == 4 or x == 3 and y == 0", false)]
    [InlineData("(x == 4 or x == 3) and not y == 0", true)]
    [InlineData("not not x == 3", true)]
    [InlineData("x in (1, 2, 3)", true)]
    [InlineData("y in (2, -2)", true)]
    [InlineData("x not in (1, 2, 3)", false)]
    [InlineData("kind == 'it''s'", true)]
    [InlineData("kind in ('a', 'it''s')", true)]
    [InlineData("kind < 'j' and kind >= 'it'", true)]
    [InlineData("\"odd name\" >= 5", true)]
    [InlineData("x<>3", false)]
    [InlineData("x != 1e2", true)]
    [InlineData("isnull(gap) and isnull(none) and not isnull(x)", true)]
    [InlineData("gap == 0", false)]
    [InlineData("gap != 0", true)]
    [InlineData("gap <= 0 or gap > 0", false)]
    [InlineData("none == 'a'", false)]
    [InlineData("none != 'a'", true)]
    [InlineData("none in ('a')", false)]
    [InlineData("isnull(gap + 1)", true)]
    public void Parse_OfACondition_SaysWhetherItIsTrue(string text, bool expected) => Assert.Equal(expected, Parse(text)(Row, 0));

    [Theory]
    [InlineData("x >", 4, "expected a column, a number")]
    [InlineData("x > 3 y", 7, "expected and, or, or the end, found the name y")]
    [InlineData("x", 1, "must be a condition")]
    [InlineData("x + 1", 1, "must be a condition")]
    [InlineData("x > 'a'", 3, "compares two numbers or two texts")]
    [InlineData("kind + 1 == 2", 1, "'+' takes numbers")]
    [InlineData("x and y == 1", 1, "and joins conditions")]
    [InlineData("not x", 5, "not denies a condition")]
    [InlineData("x == 'open", 6, "is not closed")]
    [InlineData("x == 3a", 6, "'3a' is not a number")]
    [InlineData("x == 3 && y == 1", 8, "'&' means nothing")]
    [InlineData("(x == 3", 8, "expected ')', found the end")]
    [InlineData("x in (1, 'a')", 10, "expected a number, found the text 'a'")]
    [InlineData("kind in (1)", 10, "expected a text in single quotes, found '1'")]
    [InlineData("x in ()", 7, "expected a number, found ')'")]
    [InlineData("isnull x", 8, "expected '('")]
    [InlineData("", 1, "expected a column")]
    public void Parse_OfSomethingElse_NamesThePosition(string text, int position, string problem)
    {
        var error = Assert.Throws<InputException>(() => Parse(text));
        Assert.StartsWith($"--where, position {position}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfEndlessNesting_IsRefused()
    {
        var error = Assert.Throws<InputException>(() => Parse(new string('(', 10_000)));
        Assert.Contains("nested more than", error.Message, StringComparison.Ordinal);
        Assert.Contains("at most", Assert.Throws<InputException>(() => Parse(new string(' ', 30_000))).Message, StringComparison.Ordinal);
        Assert.True(Parse(string.Concat(Enumerable.Repeat("not ", 2000)) + "x == 3")(Row, 0));
    }

    private static RowTest Parse(string text) => ExpressionParser.Parse(text, "--where", name =>
        Array.IndexOf(Numbers, name) is >= 0 and var number ? new RawColumn(false, number) : new RawColumn(true, Array.IndexOf(Texts, name)));

    private static RawBatch MakeRow()
    {
        var batch = new RawBatch(1, Numbers.Length, [.. Texts.Select(name => new KeptColumn(name, ValueKind.Text))], weighted: false);
        new[] { 3, -2, double.NaN, 5 }.CopyTo(batch.Numbers.Samples, 0);
        batch.Values.Kept[0].Texts[0] = "it's";
        batch.Values.Kept[1].Missing[0] = true;
        batch.Numbers.Count = 1;
        return batch;
    }
}
