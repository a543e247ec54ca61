using KMeans.Input;

namespace KMeans.Tests.Input;

public class GlobPatternTests
{
    [Theory]
    [InlineData("*", "a.csv", true)]
    [InlineData("*.csv", "a.csv", true)]
    [InlineData("*.csv", "a.csv.gz", false)]
    [InlineData("a*b*c", "aXbXbYc", true)]
    [InlineData("a*b*c", "aXbXbY", false)]
    [InlineData("part-?", "part-1", true)]
    [InlineData("part-?", "part-", false)]
    [InlineData("[abc].x", "b.x", true)]
    [InlineData("[abc].x", "d.x", false)]
    [InlineData("[a-c0-9]", "7", true)]
    [InlineData("[!a-c]", "b", false)]
    [InlineData("[!a-c]", "d", true)]
    [InlineData("[]]", "]", true)]
    [InlineData("a[", "a[", true)]
    [InlineData("*", ".hidden", false)]
    [InlineData("*", "_SUCCESS", false)]
    [InlineData("_*", "_SUCCESS", true)]
    [InlineData("A*", "a", false)]
    [InlineData("*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void Names_MatchAsInAShell(string pattern, string name, bool expected) => Assert.Equal(expected, GlobPattern.Matches(pattern, name));
}
