using KMeans.Http.Service.Security;

namespace KMeans.Http.Tests.Service.Security;

public class AccessKeysTests
{
    [Fact]
    public void Parse_OfLines_FindsSecretsById()
    {
        var keys = AccessKeys.Parse("# comment\n\nAKIDONE  secret-of-16-chars\r\nAKIDTWO\tother/secret+of=more\n", "keys");

        Assert.Equal("AWS4secret-of-16-chars"u8.ToArray(), keys.Find("AKIDONE"));
        Assert.Equal("AWS4other/secret+of=more"u8.ToArray(), keys.Find("AKIDTWO"));
        Assert.Null(keys.Find("AKIDTHREE"));
    }

    [Theory]
    [InlineData("AKIDONE", "line 1")]
    [InlineData("# fine\nAKIDONE short", "line 2")]
    [InlineData("AKID-ONE secret-of-16-chars", "line 1")]
    [InlineData("AKIDONE secret-of-16-chars\nAKIDONE secret-of-16-chars", "twice")]
    public void Parse_OfAWrongLine_NamesItAndNoSecret(string text, string expected)
    {
        var refused = Assert.Throws<InputException>(() => AccessKeys.Parse(text, "keys"));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-of", refused.Message, StringComparison.Ordinal);
    }
}
