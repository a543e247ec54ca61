using System.Text.Json;
using KMeans.Browser.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KMeans.Browser.Tests;

[Collection(UsesBrowser.Name)]
public class JobPageTests(Chromium chromium)
{
    /// <summary>Notes what the page shows while it changes, however briefly.</summary>
    private const string Watch = """
        () => {
          window.seen = { parts: [], out: false, both: false, states: [], rows: [] };
          const look = () => {
            const progress = document.querySelector('main progress');
            if (progress && !progress.hidden && progress.value > 0 && progress.value < 1) seen.parts.push(progress.value);
            const out = document.querySelector('.map .out');
            seen.out ||= out !== null;
            seen.both ||= out !== null && document.querySelector('.map .back') !== null;
            const state = document.querySelector('.now .state')?.textContent;
            if (state && seen.states.at(-1) !== state) seen.states.push(state);
            const rows = document.querySelector('.tile .value')?.textContent.replaceAll(',', '');
            if (state === '● Running' && /^\d+$/.test(rows)) seen.rows.push(Number(rows));
          };
          new MutationObserver(look).observe(document.querySelector('main'), { subtree: true, childList: true, attributes: true, characterData: true });
        }
        """;

    [PrerequisiteFact(Prerequisite.Chromium)]
    public async Task Job_WhileItTrains_ShowsItsProgressItsPartitionsAndItsEnd()
    {
        await using var service = await ServedJobs.StartAsync(workerCount: 2);
        await service.GenerateAsync("rows", 1_200_000);
        await using var page = await chromium.OpenAsync(service.Url);
        await Expect(page.Page.GetByText("No jobs yet")).ToBeVisibleAsync();

        await service.SubmitAsync("live", "rows", 40, epochs: 6);
        await page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "live" }).ClickAsync();
        await page.Page.EvaluateAsync(Watch);
        await Expect(page.Page.Locator(".now .state")).ToHaveTextAsync("✓ Finished");

        var seen = await page.Page.EvaluateAsync<JsonElement>("() => seen");
        var parts = seen.GetProperty("parts").EnumerateArray().Select(part => part.GetDouble()).ToList();
        Assert.True(parts.Count > 3, seen.ToString());
        Assert.Equal(parts.Order(), parts);
        var rows = seen.GetProperty("rows").EnumerateArray().Select(count => count.GetInt64()).ToList();
        Assert.True(rows.Distinct().Count() > 3, seen.ToString());
        Assert.Equal(rows.Order(), rows);
        Assert.True(seen.GetProperty("out").GetBoolean(), "no partition was out");
        Assert.True(seen.GetProperty("both").GetBoolean(), "no partition was out while another was back");
        Assert.Contains("● Running", seen.GetProperty("states").EnumerateArray().Select(state => state.GetString()));

        // At its end: all partitions are back, from both workers.
        await Expect(page.Card("Partitions").Locator("tbody tr")).ToHaveCountAsync(2);
        await Expect(page.Card("Partitions").Locator(".map i:not(.back)")).ToHaveCountAsync(0);
        await Expect(page.Card("Partitions")).ToContainTextAsync("Pass 6");
        foreach (var chart in new[] { "Rows a second", "Cost over time" })
        {
            await Expect(page.Card(chart).Locator("svg path.line")).ToHaveAttributeAsync("d", new System.Text.RegularExpressions.Regex("^M[0-9.]+ [0-9.]+L"));
            await page.Card(chart).GetByText("Figures", new LocatorGetByTextOptions { Exact = true }).ClickAsync();
            await Expect(page.Card(chart).Locator("tbody tr").Nth(3)).ToBeVisibleAsync();
        }

        // 40 clusters are columns; their sizes are those of the model.
        await Expect(page.Card("Cluster sizes").Locator("svg rect")).ToHaveCountAsync(40);
        await Expect(page.Card("Cluster sizes")).ToContainTextAsync("40 clusters");
        await Expect(page.Card("Result")).ToContainTextAsync("1,200,000");
        page.RequireQuiet();

        // Whoever comes later sees the same.
        await using var later = await chromium.OpenAsync(service.Url, "#/jobs/live");
        await Expect(later.Card("Partitions").Locator("tbody tr")).ToHaveCountAsync(2);
        await Expect(later.Card("Cost over time").Locator("svg path.line")).ToBeVisibleAsync();
        later.RequireQuiet();
    }

    [PrerequisiteFact(Prerequisite.Chromium)]
    public async Task Job_OfAnInputWithSeveralK_ShowsTheCurveWithLinksToTheOthers()
    {
        await using var service = await ServedJobs.StartAsync();
        service.WriteCsv("a.csv", 3000);
        service.WriteCsv("b.csv", 100);
        foreach (var (name, input, k) in new[] { ("a2", "a.csv", 2), ("a3", "a.csv", 3), ("a5", "a.csv", 5), ("b4", "b.csv", 4) })
        {
            await service.SubmitAsync(name, input, k);
            Assert.Equal("Finished", await service.EndAsync(name));
        }

        await using var page = await chromium.OpenAsync(service.Url, "#/jobs/a3");
        var card = page.Card("Cost over k");
        await Expect(card.Locator("circle")).ToHaveCountAsync(3);
        await card.GetByText("Figures", new LocatorGetByTextOptions { Exact = true }).ClickAsync();
        Assert.Equal(["2", "3", "5"], await card.Locator("tbody td:first-child").AllTextContentsAsync());

        await card.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "a5" }).ClickAsync();
        await Expect(page.Heading).ToHaveTextAsync("a5");
        await Expect(page.Heading).ToBeFocusedAsync();
        await Expect(page.Card("Cluster sizes").Locator("tbody tr")).ToHaveCountAsync(5);
        page.RequireQuiet();

        // A job alone has no curve.
        await page.Page.GotoAsync($"{service.Url}/#/jobs/b4");
        await Expect(page.Card("Cluster sizes")).ToBeVisibleAsync();
        await Expect(card).ToBeHiddenAsync();
    }

    [PrerequisiteFact(Prerequisite.Chromium)]
    public async Task Job_ThatFailed_SaysWhy()
    {
        await using var service = await ServedJobs.StartAsync();
        await File.WriteAllTextAsync(service["data/bad.csv"], "x,y\n1,2\n3,four\n");
        await service.SubmitAsync("bad", "bad.csv", 2);
        Assert.Equal("Failed", await service.EndAsync("bad"));

        await using var page = await chromium.OpenAsync(service.Url, "#/jobs/bad");
        await Expect(page.Page.Locator(".now .state")).ToHaveTextAsync("✕ Failed");
        await Expect(page.Page.Locator(".reason")).ToContainTextAsync("bad.csv");
        await Expect(page.Card("Cost over time")).ToBeHiddenAsync();
        page.RequireQuiet();
    }

    [PrerequisiteFact(Prerequisite.Chromium)]
    public async Task Job_ThatIsNotThere_SaysSo()
    {
        await using var service = await ServedJobs.StartAsync();
        await using var page = await chromium.OpenAsync(service.Url, "#/jobs/nobody");
        await Expect(page.Heading).ToHaveTextAsync("Not found");
        await Expect(page.Main).ToContainTextAsync("job 'nobody'");
        await page.Main.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "All jobs" }).ClickAsync();
        await Expect(page.Heading).ToHaveTextAsync("Jobs");
    }

    [PrerequisiteFact(Prerequisite.Chromium)]
    public async Task Page_WhenTheServiceIsKilled_TriesAgainUntilItIsBack()
    {
        await using var service = await ServedJobs.StartAsync();
        service.WriteCsv("a.csv", 100);
        await service.SubmitAsync("before", "a.csv", 2);
        await using var page = await chromium.OpenAsync(service.Url);
        await Expect(page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "before" })).ToBeVisibleAsync();

        await service.Process.KillAsync();
        await Expect(page.Page.Locator("#link")).ToHaveTextAsync("The service does not answer. Trying again ...");
        await Expect(page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "before" })).ToBeVisibleAsync();

        await service.RestartAsync();
        await service.SubmitAsync("after", "a.csv", 2);
        await Expect(page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "after" })).ToBeVisibleAsync();
        await Expect(page.Page.Locator("#link")).ToHaveTextAsync("");
        page.RequireOneHost();
    }
}
