using System.Net;
using System.Text.RegularExpressions;
using KMeans.Http.Page;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Page;

public sealed class PageEndpointsTests(SharedSigningService shared) : IClassFixture<SharedSigningService>
{
    private static readonly HttpClient Http = new();

    [Fact]
    public async Task Page_OfAServiceWithKeys_IsThereForAnybodyWithAllItsFiles()
    {
        var url = shared.Service.Url;
        var html = await Http.GetStringAsync(new Uri(url + PageEndpoints.Home));

        // What the page and its modules name is there, in the type that browsers insist on, and nothing else is.
        var named = new HashSet<string>(Regex.Matches(html, "(?:src|href)=\"page/([^\"]+)\"").Select(match => match.Groups[1].Value)) { PageFiles.Home };
        foreach (var name in PageFiles.Load().Names)
        {
            using var answer = await Http.GetAsync(new Uri($"{url}/page/{name}"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(Path.GetExtension(name) switch { ".js" => "text/javascript", ".css" => "text/css", ".svg" => "image/svg+xml", _ => "text/html" }, answer.Content.Headers.ContentType!.MediaType);
            named.UnionWith(Regex.Matches(await answer.Content.ReadAsStringAsync(), "from '\\./([^']+)'").Select(match => match.Groups[1].Value));
        }

        Assert.Equal(PageFiles.Load().Names.Order(), named.Order());
    }

    [Fact]
    public async Task Page_SaysThatItTakesNothingFromElsewhere()
    {
        using var answer = await Http.GetAsync(new Uri(shared.Service.Url + PageEndpoints.Home));

        var policy = answer.Headers.GetValues("Content-Security-Policy").Single().Split("; ");
        Assert.Equal("default-src 'none'", policy[0]);
        Assert.All(policy, rule => Assert.Matches("^[a-z-]+ '(none|self|script)'$", rule));
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public void Files_NameNoOtherHost()
    {
        var files = PageFiles.Load();
        Assert.All(files.Names, name =>
        {
            var text = System.Text.Encoding.UTF8.GetString(files.Find(name)!.Content.Span).Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal);
            Assert.DoesNotMatch("(https?:)?//[a-z]", text.Replace("// ", "", StringComparison.Ordinal));
            Assert.DoesNotMatch("innerHTML|outerHTML|document\\.write|eval\\(|style=\"", text);
        });
    }

    [Theory]
    [InlineData("/page/none.js", HttpStatusCode.NotFound)]
    [InlineData("/page/..%2fappsettings.json", HttpStatusCode.NotFound)]
    [InlineData("/v1/jobs", HttpStatusCode.Forbidden)]
    public async Task Service_WithKeys_GivesNothingElseWithoutOne(string path, HttpStatusCode expected)
    {
        using var answer = await Http.GetAsync(new Uri(shared.Service.Url + path));
        Assert.Equal(expected, answer.StatusCode);
    }
}
