using KMeans.Browser.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KMeans.Browser.Tests;

/// <summary>Makes the pictures of the documentation: KMEANS_SCREENSHOTS=$PWD/docs/images dotnet test tests/Browser.Tests --filter Screenshot.</summary>
[Collection(UsesBrowser.Name)]
public class ScreenshotTests(Chromium chromium)
{
    [PrerequisiteFact(Prerequisite.Chromium, Prerequisite.Screenshots)]
    public async Task Page_OfRunningAndFinishedJobs_IsPictured()
    {
        await using var service = await ServedJobs.StartAsync(workerCount: 3);
        await service.GenerateAsync("rows", 4_000_000);
        foreach (var k in new[] { 4, 6, 8, 10, 12, 14 })
        {
            await service.SubmitAsync($"rows-k{k}", "rows", k);
            Assert.Equal("Finished", await service.EndAsync($"rows-k{k}"));
        }

        await service.SubmitAsync("rows-k1000", "rows", 1000);
        await using (var live = await chromium.OpenAsync(service.Url, "#/jobs/rows-k1000", height: 910))
        {
            await Expect(live.Card("Partitions").Locator(".map .back").Nth(20)).ToBeVisibleAsync();
            await SaveAsync(live, "page-live.png");
        }

        await using (var list = await chromium.OpenAsync(service.Url, height: 460))
        {
            await Expect(list.Main.Locator("tbody tr")).ToHaveCountAsync(7);
            await SaveAsync(list, "page-jobs.png");
        }

        await using var done = await chromium.OpenAsync(service.Url, "#/jobs/rows-k10", ColorScheme.Dark, height: 1240);
        await Expect(done.Card("Cost over k").Locator("circle")).ToHaveCountAsync(6);
        await SaveAsync(done, "page-finished.png");
    }

    private static async Task SaveAsync(OpenPage page, string name) =>
        await page.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Prerequisite.Get(Prerequisite.Screenshots), name) });
}
