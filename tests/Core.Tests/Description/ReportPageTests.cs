using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using KMeans.Description;
using KMeans.Description.Report;
using KMeans.Input;
using KMeans.Models;
using KMeans.Tests.Models;
using KMeans.Tests.Support;

namespace KMeans.Tests.Description;

public sealed partial class ReportPageTests
{
    [Fact]
    public void Write_OfNamesThatLookLikeHtml_EscapesThemAndKeepsThePlaceholders()
    {
        var model = SmallModels.Train(columns: [new FeatureColumn("<script>alert(1)</script>", 1), new FeatureColumn("{{data}}", 1), new FeatureColumn("a&\"b'", 2)]).Model;

        var page = Page(model, curve: null);

        Assert.Contains("&lt;script&gt;alert(1)", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.Contains("{{data}}", page, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(page, "<script"));
        Assert.Equal(page, Page(model, curve: null));
    }

    [Fact]
    public void Write_OfAPage_AllowsItsOwnStyleAndScriptAndNothingElse()
    {
        var page = Page(SmallModels.Train().Model, curve: null);

        var policy = Policy().Match(page).Groups[1].Value;
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains($"style-src '{Hash(Style().Match(page).Groups[1].Value)}'", policy, StringComparison.Ordinal);
        Assert.Contains($"script-src '{Hash(Script().Match(page).Groups[1].Value)}'", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=\"(?!#|data:)", page);
        Assert.DoesNotContain("style=\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Curve_OfAFolder_IsDrawnWhereThereIsOne()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(ReportCurve.Find(folder.Path));

        File.WriteAllText(folder.File("curve.json"), """
            {"rows":1000,"features":4,"k":3,"sureness":"clear","points":[
            {"k":2,"msd":10.5,"ssd":1,"msdKind":"estimate","msdInterval":[10,11],"msdBound":null},
            {"k":3,"msd":2,"msdInterval":[1.9,2.1]},{"k":4,"msd":1.5,"msdInterval":[1.4,1.6]}]}
            """);
        var page = Page(SmallModels.Train().Model, ReportCurve.Find(folder.Path));

        Assert.Contains("3 clusters stand out clearly.", page, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(page, "<circle"));
        Assert.Contains("<title>2 clusters: 10.50</title>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"points":[]}""")]
    [InlineData("""{"points":[{"k":2}]}""")]
    public void Curve_ThatIsDamaged_IsNamed(string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("curve.json"), text);

        Assert.Contains("curve.json", Assert.Throws<InputException>(() => ReportCurve.Find(folder.Path)).Message, StringComparison.Ordinal);
    }

    private static string Page(TrainedModel model, ReportCurve? curve)
    {
        var description = Describer.Describe(model, 4);
        using var stream = new MemoryStream();
        ReportPage.Write(stream, description, RowMap.Draw(description, 1), curve);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [GeneratedRegex("Content-Security-Policy\" content=\"([^\"]*)\"")]
    private static partial Regex Policy();

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();
}
