using System.Text.Json;
using KMeans.Browser.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KMeans.Browser.Tests;

/// <summary>For whoever has no mouse, another screen, other colors, or does not see it.</summary>
[Collection(UsesBrowser.Name)]
public class UsablePageTests(Chromium chromium) : IAsyncLifetime
{
    private ServedJobs service = null!;

    public async Task InitializeAsync()
    {
        if (Prerequisite.Has(Prerequisite.Chromium))
        {
            service = await ServedJobs.StartAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (service is not null)
        {
            await service.DisposeAsync();
        }
    }

    [PrerequisiteFact(Prerequisite.Chromium)]
    public async Task Keyboard_FromTheTopOfTheListThroughAJob_ReachesEverythingVisiblyAndGetsOut()
    {
        await TrainAsync("first", "second");
        await using var page = await chromium.OpenAsync(service.Url);
        await Expect(page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "second" })).ToBeVisibleAsync();
        Assert.Equal(["Skip to the content", "KMeans", "#theme", "#name", "#status", "Jobs", "second", "first"], await WalkAsync(page.Page));

        // Back to the last link, and in.
        await page.Page.Keyboard.PressAsync("Shift+Tab");
        await page.Page.Keyboard.PressAsync("Shift+Tab");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Heading).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("first|second"));
        await Expect(page.Heading).ToBeFocusedAsync();
        await Expect(page.Card("Cluster sizes")).ToBeVisibleAsync();

        // The figures behind the charts open by key.
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Card("Rows a second").Or(page.Card("Cost over time")).Locator("tbody tr").First).ToBeVisibleAsync();

        // The skip link leads past the head.
        await page.Page.ReloadAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Main).ToBeFocusedAsync();
        page.RequireQuiet();
    }

    [PrerequisiteFact(Prerequisite.Chromium)]
    public async Task List_WhileItIsLookedAtAnew_KeepsTheFocus()
    {
        await TrainAsync("first");
        await using var page = await chromium.OpenAsync(service.Url);
        var link = page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "first" });
        await link.FocusAsync();

        await TrainAsync("second");
        await Expect(page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "second" })).ToBeVisibleAsync();

        await Expect(link).ToBeFocusedAsync();
    }

    [PrerequisiteFact(Prerequisite.Chromium)]
    public async Task List_Filtered_ShowsWhatIsAskedFor()
    {
        await TrainAsync("apple", "banana");
        await using var page = await chromium.OpenAsync(service.Url);
        var rows = page.Main.Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(2);

        await page.Page.GetByLabel("Name").FillAsync("app");
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(rows).ToContainTextAsync("apple");

        await page.Page.GetByLabel("State").SelectOptionAsync("Failed");
        await Expect(page.Page.GetByText("No job is like that.")).ToBeVisibleAsync();
        page.RequireQuiet();
    }

    [PrerequisiteFact(Prerequisite.Chromium)]
    public async Task Colors_FollowTheSystemUntilTheUserChooses()
    {
        await using var page = await chromium.OpenAsync(service.Url, scheme: ColorScheme.Dark);
        await Expect(page.Heading).ToHaveTextAsync("Jobs");
        Assert.True(await BrightnessAsync(page.Page) < 60);

        await page.Page.GetByLabel("Colors").SelectOptionAsync("light");
        Assert.True(await BrightnessAsync(page.Page) > 200);

        await page.Page.ReloadAsync();
        await Expect(page.Page.GetByLabel("Colors")).ToHaveValueAsync("light");
        Assert.True(await BrightnessAsync(page.Page) > 200);

        await page.Page.GetByLabel("Colors").SelectOptionAsync("");
        await page.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
        Assert.True(await BrightnessAsync(page.Page) > 200);
        await page.Page.GetByLabel("Colors").SelectOptionAsync("dark");
        Assert.True(await BrightnessAsync(page.Page) < 60);
        page.RequireQuiet();
    }

    [PrerequisiteFact(Prerequisite.Chromium)]
    public async Task Page_OnANarrowScreen_FitsIntoIt()
    {
        await TrainAsync("a-job-whose-name-is-as-long-as-names-of-jobs-are-allowed-to-be-0");
        await using var page = await chromium.OpenAsync(service.Url, width: 360, height: 740);
        await Expect(page.Main.Locator("tbody tr")).ToHaveCountAsync(1);
        Assert.Equal(360, await page.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));

        await page.Main.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page.Card("Cluster sizes")).ToBeVisibleAsync();
        Assert.Equal(360, await page.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        page.RequireQuiet();
    }

    [PrerequisiteFact(Prerequisite.Chromium)]
    public async Task Page_WhereMotionIsReduced_MovesNothing()
    {
        const string moving = "() => { const cell = document.createElement('i'); cell.className = 'cell'; document.body.append(cell); return getComputedStyle(cell).transitionDuration; }";
        await using var still = await chromium.OpenAsync(service.Url, motion: ReducedMotion.Reduce);
        await using var moves = await chromium.OpenAsync(service.Url);

        Assert.Equal("0s", await still.Page.EvaluateAsync<string>(moving));
        Assert.Equal("0.25s", await moves.Page.EvaluateAsync<string>(moving));
    }

    [PrerequisiteTheory(Prerequisite.Chromium, Prerequisite.Axe)]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Page_InEveryState_HasNothingThatAxeFinds(ColorScheme scheme)
    {
        await using var empty = await chromium.OpenAsync(service.Url, scheme: scheme);
        await Expect(empty.Page.GetByText("No jobs yet")).ToBeVisibleAsync();
        await empty.RequireAccessibleAsync();

        await TrainAsync("one");
        await service.SubmitAsync("two", "rows.csv", 3);
        await service.SubmitAsync("bad", "none.csv", 3);
        Assert.Equal(("Finished", "Failed"), (await service.EndAsync("two"), await service.EndAsync("bad")));
        await using var list = await chromium.OpenAsync(service.Url, scheme: scheme);
        await Expect(list.Main.Locator("tbody tr")).ToHaveCountAsync(3);
        await list.RequireAccessibleAsync();

        await using var job = await chromium.OpenAsync(service.Url, "#/jobs/two", scheme);
        await Expect(job.Card("Cost over k")).ToBeVisibleAsync();
        await job.Page.EvaluateAsync("() => document.querySelectorAll('details').forEach(each => { each.open = true; })");
        await job.RequireAccessibleAsync();

        await using var failed = await chromium.OpenAsync(service.Url, "#/jobs/bad", scheme);
        await Expect(failed.Page.Locator(".reason")).ToBeVisibleAsync();
        await failed.RequireAccessibleAsync();
    }

    private async Task TrainAsync(params string[] names)
    {
        service.WriteCsv("rows.csv", 3000);
        foreach (var name in names)
        {
            await service.SubmitAsync(name, "rows.csv", 2);
            Assert.Equal("Finished", await service.EndAsync(name));
        }
    }

    /// <summary>Presses Tab until the focus leaves the page; names what had it, and insists that each could be seen to have it.</summary>
    private static async Task<List<string>> WalkAsync(IPage page)
    {
        var names = new List<string>();
        while (names.Count < 100)
        {
            await page.Keyboard.PressAsync("Tab");
            var at = await page.EvaluateAsync<JsonElement>("""
                () => {
                  const at = document.activeElement;
                  const style = getComputedStyle(at);
                  const box = at.getBoundingClientRect();
                  return {
                    out: at === document.body,
                    name: at.getAttribute('aria-label') ?? (at.id ? '#' + at.id : at.textContent.trim()),
                    visible: style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 2 && box.top >= 0 && box.bottom <= innerHeight && box.width > 0,
                  };
                }
                """);
            if (at.GetProperty("out").GetBoolean())
            {
                return names;
            }

            names.Add(at.GetProperty("name").GetString()!);
            Assert.True(at.GetProperty("visible").GetBoolean(), $"{names[^1]}: has the focus unseen");
        }

        throw new InvalidOperationException($"The focus does not get out: {string.Join(", ", names)}.");
    }

    private static Task<double> BrightnessAsync(IPage page) => page.EvaluateAsync<double>("() => Math.max(...getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number))");
}
