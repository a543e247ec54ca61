using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;

namespace KMeans.Browser.Tests.Support;

/// <summary>A page that is open in the browser, with all that it asked for and complained about.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly ConcurrentQueue<string> complaints = new();
    private readonly ConcurrentQueue<string> requests = new();
    private readonly string url;

    public OpenPage(IBrowserContext context, IPage page, string url)
    {
        (this.context, Page, this.url) = (context, page, url);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                complaints.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => complaints.Enqueue(error);
        page.Request += (_, request) => requests.Enqueue(request.Url);
    }

    public IPage Page { get; }

    public ILocator Main => Page.Locator("main");

    public ILocator Heading => Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Level = 1 });

    /// <summary>The card of this title.</summary>
    public ILocator Card(string title) => Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = title, Exact = true });

    /// <summary>Insists that nothing was complained about, and that nothing was asked of anybody but the service.</summary>
    public void RequireQuiet()
    {
        Assert.Empty(complaints);
        RequireOneHost();
    }

    public void RequireOneHost()
    {
        Assert.NotEmpty(requests);
        Assert.All(requests, request => Assert.StartsWith(url + "/", request, StringComparison.Ordinal));
    }

    /// <summary>Insists that axe-core, by its rules of WCAG 2 and of good practice, finds nothing.</summary>
    public async Task RequireAccessibleAsync()
    {
        await Page.EvaluateAsync(await File.ReadAllTextAsync(Prerequisite.Get(Prerequisite.Axe)));
        var violations = await Page.EvaluateAsync<JsonElement>("async () => (await axe.run()).violations.map(each => ({ id: each.id, help: each.help, nodes: each.nodes.map(node => node.html) }))");
        Assert.True(violations.GetArrayLength() == 0, violations.ToString());
    }

    public ValueTask DisposeAsync() => new(context.CloseAsync());
}
