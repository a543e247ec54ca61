using System.Net;
using System.Text.RegularExpressions;
using KMeans.Http.Page;
using KMeans.Http.Service;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Page;

public class PageEndpointsTests
{
    private static readonly HttpClient Http = new();

    [Fact]
    public async Task Page_OfAServiceWithKeys_IsThereForAnybodyWithAllItsFiles()
    {
        using var folder = new Folder();
        await using var host = await StartAsync(folder);
        var url = host.Addresses.Single();
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
        using var folder = new Folder();
        await using var host = await StartAsync(folder);
        using var answer = await Http.GetAsync(new Uri(host.Addresses.Single() + PageEndpoints.Home));

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
        using var folder = new Folder();
        await using var host = await StartAsync(folder);
        using var answer = await Http.GetAsync(new Uri(host.Addresses.Single() + path));
        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("http://elsewhere.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.NotFound)]
    public async Task Service_WithoutKeys_ListensToNoPageOfAnotherOrigin(string? origin, HttpStatusCode expected)
    {
        using var folder = new Folder();
        await using var host = await StartAsync(folder, hasKeys: false);
        using var stop = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Addresses.Single() + "/v1/jobs/nobody/stop"));
        stop.Headers.Add("Origin", origin ?? host.Addresses.Single());
        using var answer = await Http.SendAsync(stop);
        Assert.Equal(expected, answer.StatusCode);
    }

    private static Task<ServiceHost> StartAsync(Folder folder, bool hasKeys = true)
    {
        Directory.CreateDirectory(folder["data"]);
        return ServiceHost.StartAsync(
            new ServiceOptions { Listen = ["http://127.0.0.1:0"], DataRoots = [folder["data"]], StateFolder = folder["state"], KeysPath = !hasKeys ? null : folder.Write("keys", "AKIDEXAMPLE 0123456789abcdef0123\n"), Threads = 1 }, _ => { });
    }
}
