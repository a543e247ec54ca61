using Microsoft.Playwright;

namespace KMeans.Browser.Tests.Support;

/// <summary>The system's Chromium without a window, one for all tests; each test has profiles of its own in it.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>Milliseconds until what is waited for must be there, on a busy machine too.</summary>
    private const int Patience = 60_000;

    private IPlaywright? playwright;
    private IBrowser? browser;

    public async Task InitializeAsync()
    {
        if (!Prerequisite.Has(Prerequisite.Chromium))
        {
            // The tests are skipped.
            return;
        }

        playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(Patience);

        // Containers do not let a process make the namespaces of its sandbox; what it shows is ours.
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Prerequisite.Get(Prerequisite.Chromium), Args = ["--no-sandbox"] });
    }

    public async Task DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.CloseAsync();
        }

        playwright?.Dispose();
    }

    /// <summary>Opens an address of a service in a profile of its own.</summary>
    internal async Task<OpenPage> OpenAsync(string url, string hash = "", ColorScheme scheme = ColorScheme.Light, int width = 1280, int height = 900, ReducedMotion motion = ReducedMotion.NoPreference)
    {
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions { ColorScheme = scheme, ReducedMotion = motion, ViewportSize = new ViewportSize { Width = width, Height = height } });
        context.SetDefaultTimeout(Patience);
        var page = new OpenPage(context, await context.NewPageAsync(), url);
        await page.Page.GotoAsync($"{url}/{hash}");
        return page;
    }
}

/// <summary>The tests that share the browser.</summary>
[CollectionDefinition(Name)]
public sealed class UsesBrowser : ICollectionFixture<Chromium>
{
    public const string Name = "browser";
}
